// Draws the charts of a decision's page: medians and effects with their intervals, and curves.
(function () {
  'use strict';
  if (!window.doorbusterPage) return;
  const {data, place, digits, colour, series, axis, logarithmic, draw, line, keepDrawn} =
    window.doorbusterPage;

  // Stretches of x as bands behind all, named above; and each point's interval as a whisker.
  const kLabel = 13;
  const kMostLabels = 3;
  const intervals = {
    id: 'intervals',
    beforeDatasetsDraw(chart, _, options) {
      const {ctx, chartArea: area, scales: {x}} = chart;
      const inside = value => Math.min(Math.max(x.getPixelForValue(value), area.left), area.right);
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      (options.bands || []).forEach((band, i) => {
        const from = inside(band.from);
        const to = inside(band.to);
        ctx.fillStyle = colour(band.colour === null ? '--muted' : '--s' + band.colour % 8);
        ctx.globalAlpha = 0.14;
        ctx.fillRect(from, area.top, Math.max(to - from, 2), area.bottom - area.top);
        ctx.globalAlpha = 1;
        if (i >= kMostLabels) return;
        ctx.textAlign = from > (area.left + area.right) / 2 ? 'right' : 'left';
        ctx.fillText(band.name, ctx.textAlign === 'left' ? from : to, area.top - 5 - kLabel * i);
      });
      ctx.restore();
    },
    beforeDatasetDraw(chart, {meta}, options) {
      const {ctx, scales} = chart;
      const lying = options.lying;
      const scale = lying ? scales.x : scales.y;
      ctx.save();
      ctx.strokeStyle = chart.data.datasets[meta.index].borderColor;
      ctx.lineWidth = 2;
      ctx.beginPath();
      chart.data.datasets[meta.index].data.forEach((point, i) => {
        const mark = meta.data[i];
        if (point.low === null || point.high === null || !mark || mark.skip) return;
        const from = scale.getPixelForValue(point.low);
        const to = scale.getPixelForValue(point.high);
        const draws = (x1, y1, x2, y2) => { ctx.moveTo(x1, y1); ctx.lineTo(x2, y2); };
        if (lying) {
          draws(from, mark.y, to, mark.y);
          for (const end of [from, to]) draws(end, mark.y - 4, end, mark.y + 4);
        } else {
          draws(mark.x, from, mark.x, to);
          for (const end of [from, to]) draws(mark.x - 4, end, mark.x + 4, end);
        }
      });
      ctx.stroke();
      ctx.restore();
    },
  };

  const withInterval = (point, value) => point.low === null || point.high === null
    ? digits(value) : `${digits(value)} (${digits(point.low)} to ${digits(point.high)})`;

  const datasets = chart => chart.lines.map(each => line(each.name, each.colour, each.points, {
    showLine: chart.kind === 'curve' && each.joined, pointRadius: each.marked ? 4 : 0,
    pointHoverRadius: 5, ...(each.dashed ? {borderDash: [6, 4]} : {}),
  }));

  // From the least to the greatest of a value and its intervals, so that no whisker is cut; and of
  // `more`.
  function reach(chart, key, more) {
    const all = chart.lines.flatMap(each => each.points)
      .flatMap(point => [point[key], point.low, point.high]).concat(more)
      .filter(value => value !== null);
    return {suggestedMin: Math.min(...all), suggestedMax: Math.max(...all)};
  }

  // Positions 0, 1, ... by name.
  const named = (names, more) => axis('', Object.assign({
    type: 'linear', min: -0.5, max: names.length - 0.5,
    afterBuildTicks: scale => { scale.ticks = names.map((_, value) => ({value})); },
  }, more));

  function curve(chart) {
    const x = chart.names.length > 0 ? named(chart.names)
      : chart.x_log ? logarithmic(chart.x) : axis(chart.x, {type: 'linear'});
    if (chart.names.length > 0) {
      x.ticks.callback = value => chart.names[value];
      x.title = {display: true, text: chart.x, color: colour('--muted')};
    }
    draw(chart.name, {
      type: 'line', data: {datasets: datasets(chart)}, plugins: [intervals],
      options: {
        layout: {padding: {top: kLabel * Math.min(chart.bands.length, kMostLabels) + 4}},
        interaction: {mode: 'nearest', axis: 'xy', intersect: false},
        scales: {x, y: Object.assign(chart.y_log ? logarithmic(chart.y) : axis(chart.y),
                                     reach(chart, 'y', chart.y_log ? [] : [0]))},
        plugins: {
          intervals: {bands: chart.bands, lying: false},
          tooltip: {callbacks: {
            title: items => items.length === 0 ? '' : chart.names.length > 0
              ? chart.names[items[0].parsed.x] : `${digits(items[0].parsed.x)} ${chart.x}`,
            label: item => `${item.dataset.label}: ${withInterval(item.raw, item.parsed.y)} ${chart.y}`,
          }},
        },
      },
    });
  }

  // A row each, as high as it takes, names to the left.
  function lying(chart) {
    const canvas = place(chart.name);
    if (!canvas) return;
    const rows = chart.names.length;
    canvas.parentElement.style.height = `${rows * 34 + 110}px`;
    const most = canvas.parentElement.clientWidth < 520 ? 20 : 60;
    const short = line => line.length > most ? line.slice(0, most - 1) + '…' : line;
    const wrapped = label => label.split(' ').reduce((lines, word) => {
      const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
      return longer.length > most ? [...lines, word] : [...lines.slice(0, -1), longer];
    }, []).map(short);
    const y = named(chart.names, {reverse: true, grid: {display: false, drawBorder: false}});
    y.ticks = {color: colour('--ink'), autoSkip: false, callback: value => wrapped(chart.names[value])};
    draw(chart.name, {
      type: 'line', data: {datasets: datasets(chart)}, plugins: [intervals],
      options: {
        layout: {padding: {top: kLabel * Math.min(chart.bands.length, kMostLabels) + 4, right: 8}},
        interaction: {mode: 'nearest', axis: 'xy', intersect: false},
        scales: {x: axis(chart.x, Object.assign({type: 'linear', grace: '5%'}, reach(
          chart, 'x', chart.bands.flatMap(band => [band.from, band.to])))), y},
        plugins: {
          intervals: {bands: chart.bands, lying: true},
          legend: {display: chart.lines.length > 1},
          tooltip: {callbacks: {
            title: items => items.length === 0 ? '' : chart.names[items[0].parsed.y],
            label: item => `${withInterval(item.raw, item.parsed.x)} ${chart.x}`,
          }},
        },
      },
    });
  }

  keepDrawn(() => data.charts.forEach(chart => (chart.kind === 'curve' ? curve : lying)(chart)));
})();
