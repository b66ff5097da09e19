// What all pages have in common: how figures are written, axes and lines look, and a chart is drawn
// where the page has a place for it. Says in the root's attributes what came of it: data-charts
// "drawn/places", data-drawn-ms after the page was asked for, and data-failure with the first error.
// Nothing where the page has no Chart.js.
window.doorbusterPage = (function () {
  'use strict';
  const root = document.documentElement;
  window.addEventListener('error', event => {
    if (!root.dataset.failure) root.dataset.failure = event.message;
  });
  if (typeof Chart === 'undefined') return null;
  root.classList.add('drawn');
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

  const data = JSON.parse(document.getElementById('data').textContent);
  const places = [...document.querySelectorAll('canvas[data-chart]')];
  const place = name => places.find(canvas => canvas.dataset.chart === name);
  const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
  const charts = new Map();

  // Three digits, as the tables have them.
  function digits(value) {
    if (value === null || !isFinite(value)) return '-';
    const size = Math.abs(value);
    if (size === 0) return '0';
    if (size < 0.9995) return value.toFixed(3);
    if (size < 9.995) return value.toFixed(2);
    if (size < 99.95) return value.toFixed(1);
    return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  }
  const colour = name => getComputedStyle(root).getPropertyValue(name).trim();
  const series = i => colour('--s' + i % 8);
  const dash = i => dashes[Math.floor(i / 8) % dashes.length];

  function axis(title, more) {
    return Object.assign({
      title: {display: title !== '', text: title, color: colour('--muted')},
      ticks: {color: colour('--muted'), maxRotation: 0, autoSkipPadding: 14},
      grid: {color: colour('--line'), drawBorder: false},
    }, more);
  }

  // Lines and figures at 1, 2 and 5 of every power of ten.
  function logarithmic(title) {
    const scale = axis(title, {type: 'logarithmic'});
    scale.afterBuildTicks = made => {
      made.ticks = made.ticks.filter(({value}) =>
        [1, 2, 5].includes(Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toFixed(6))));
    };
    scale.ticks.callback = value => String(Number(value.toPrecision(3)));
    return scale;
  }

  // `config` is Chart.js's; the tooltip shows its `value`, y unless it says x.
  function draw(name, config) {
    const canvas = place(name);
    if (!canvas) return;
    if (charts.has(name)) charts.get(name).destroy();
    config.options = Object.assign({
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: {mode: 'nearest', axis: 'x', intersect: false},
    }, config.options);
    const plugins = config.options.plugins = Object.assign({legend: {}}, config.options.plugins);
    plugins.legend = Object.assign({
      position: 'bottom', align: 'start',
      labels: {color: colour('--ink'), boxWidth: 18, boxHeight: 2, padding: 12},
    }, plugins.legend);
    plugins.tooltip = Object.assign({
      callbacks: {label: item => `${item.dataset.label}: ${digits(item.parsed[config.value || 'y'])}`},
    }, plugins.tooltip);
    charts.set(name, new Chart(canvas, config));
  }

  function line(label, i, values, more) {
    return Object.assign({
      label, data: values, borderColor: series(i), backgroundColor: series(i), borderDash: dash(i),
      borderWidth: 2, pointRadius: values.length > 40 ? 0 : 2, pointHitRadius: 8, spanGaps: false,
    }, more);
  }

  // There is a line or a bar in it.
  const shows = chart => chart.data.datasets.some((_, i) =>
    chart.getDatasetMeta(i).data.some(mark => !mark.skip && isFinite(mark.x) && isFinite(mark.y)));

  // Draws all by `all`, now and whenever the ground or the medium is another one.
  function keepDrawn(all) {
    const again = () => {
      all();
      root.dataset.charts = `${[...charts.values()].filter(shows).length}/${places.length}`;
      if (!root.dataset.drawnMs) root.dataset.drawnMs = Math.round(performance.now());
    };
    again();
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    window.addEventListener('beforeprint', () => {
      root.classList.add('paper');
      document.querySelectorAll('header details').forEach(each => { each.open = true; });
      again();
    });
    window.addEventListener('afterprint', () => { root.classList.remove('paper'); again(); });
  }

  return {root, data, place, digits, colour, series, dash, axis, logarithmic, draw, line, keepDrawn};
})();
