// Draws the charts of a run's page from the data beside it.
(function () {
  'use strict';
  if (!window.doorbusterPage) return;
  const {root, data, place, digits, colour, series, dash, axis, logarithmic, line, keepDrawn,
         draw: drawPlain} = window.doorbusterPage;
  const kShownAtFirst = 8;  // strategies: more lines than colours are not told apart
  const state = {
    operation: 'buy',
    trial: 0,
    shown: new Set(data.strategies.map((_, i) => i).slice(0, kShownAtFirst)),
  };

  const points = (x, y) => x.map((at, i) => ({x: at, y: i < y.length ? y[i] : null}));
  const draw = (name, config) => drawPlain(name, Object.assign(config, {plugins: [marks]}));

  // Faults as bands, the first "sold out" as a dashed line; both named above.
  const kLabel = 13;
  const kMostLabels = 3;  // in as many rows
  const labels = trial => kLabel * (Math.min(trial.faults.length, kMostLabels) + (trial.sold_out_s !== null));
  const marks = {
    id: 'marks',
    beforeDatasetsDraw(chart, _, options) {
      if (!options.trial) return;
      const {ctx, chartArea: area, scales: {x}} = chart;
      const inside = s => Math.min(Math.max(x.getPixelForValue(s), area.left), area.right);
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      options.trial.faults.forEach((fault, i) => {
        const from = inside(fault.from_s);
        const to = fault.until_s === null ? area.right : inside(fault.until_s);
        ctx.fillStyle = colour('--band');
        ctx.fillRect(from, area.top, Math.max(to - from, 2), area.bottom - area.top);
        ctx.fillStyle = colour('--bad');
        ctx.textAlign = from > (area.left + area.right) / 2 ? 'right' : 'left';
        ctx.fillText(fault.name, ctx.textAlign === 'left' ? from : to, area.top - 5 - kLabel * (i % kMostLabels));
      });
      if (options.trial.sold_out_s !== null) {
        const at = inside(options.trial.sold_out_s);
        ctx.strokeStyle = ctx.fillStyle = colour('--muted');
        ctx.setLineDash([4, 4]);
        ctx.beginPath();
        ctx.moveTo(at, area.top);
        ctx.lineTo(at, area.bottom);
        ctx.stroke();
        ctx.textAlign = at > (area.left + area.right) / 2 ? 'right' : 'left';
        const above = Math.min(options.trial.faults.length, kMostLabels);
        ctx.fillText('sold out', at, area.top - 5 - kLabel * above);
      }
      ctx.restore();
    },
  };

  // Bars lie, a row a strategy, as high as it takes.
  function bars(name, rows, datasets, title, stacked, more) {
    const canvas = place(name);
    if (!canvas) return;
    canvas.parentElement.style.height = `${rows.length * (stacked ? 26 : 34) + 96}px`;
    const narrow = canvas.parentElement.clientWidth < 520;
    const short = label => narrow && label.length > 20 ? label.slice(0, 19) + '…' : label;
    draw(name, {
      type: 'bar', value: 'x',
      data: {labels: rows, datasets: datasets.map((set, i) => Object.assign(
        {backgroundColor: series(i), borderWidth: 0, maxBarThickness: 18}, set))},
      options: {
        indexAxis: 'y',
        interaction: {mode: 'index', axis: 'y', intersect: false},
        scales: {
          x: axis(title, Object.assign({stacked, beginAtZero: true}, more)),
          y: axis('', {stacked, grid: {display: false, drawBorder: false},
                       ticks: {color: colour('--ink'), autoSkip: false,
                               callback: (_, i) => short(rows[i])}}),
        },
        plugins: {legend: {labels: {color: colour('--ink'), boxWidth: 12, boxHeight: 12, padding: 12}}},
      },
    });
  }

  // ---- one function a chart

  function spectrum() {
    const wanted = data.tails;
    const named = new Map([[1, '0'], [2, '50'], [10, '90'], [100, '99'], [1000, '99.9'],
                           [10000, '99.99'], [100000, '99.999']]);
    const datasets = [];
    data.strategies.forEach((strategy, i) => {
      const found = strategy.spectrum.find(each => each.operation === state.operation);
      if (!found || !state.shown.has(i)) return;
      const thin = context => wanted[context.p1DataIndex] * 100 > found.count;
      datasets.push(line(strategy.name, i, points(wanted, found.us.map(us => Math.max(us, 1) / 1000)), {
        pointRadius: 0, segment: {borderDash: context => thin(context) ? [3, 3] : undefined},
      }));
    });
    const x = axis('percentile', {type: 'logarithmic', min: 1, max: 100000});
    x.afterBuildTicks = scale => { scale.ticks = [...named.keys()].map(value => ({value})); };
    x.ticks.callback = value => named.get(value);
    x.ticks.autoSkip = false;
    draw('spectrum', {
      type: 'line', data: {datasets},
      options: {
        scales: {x, y: logarithmic('ms')},
        plugins: {
          legend: {display: root.classList.contains('paper')},  // the controls name them otherwise
          tooltip: {callbacks: {
            title: items => items.length ? `p${Number((100 - 100 / items[0].parsed.x).toFixed(4))}` : '',
            label: item => `${item.dataset.label}: ${digits(item.parsed.y)} ms`,
          }},
        },
      },
    });
  }

  function overTime(name, datasets, y, trial) {
    const x = axis('s', {type: 'linear', min: 0});
    draw(name, {
      type: 'line', data: {datasets},
      options: {
        layout: {padding: {top: trial ? labels(trial) + 4 : 0}},
        scales: {x, y}, plugins: {
          marks: {trial},
          tooltip: {callbacks: {title: items => items.length ? `${digits(items[0].parsed.x)} s` : '',
                                label: item => `${item.dataset.label}: ${digits(item.parsed.y)}`}},
        },
      },
    });
  }

  // Faults are each trial's own: where all strategies are drawn, the first trial's stand for all.
  function latencyOfAll() {
    const first = new Map();
    data.trials.forEach(trial => {
      if (!first.has(trial.strategy)) first.set(trial.strategy, trial);
    });
    const datasets = [...first.values()].filter(trial => state.shown.has(trial.strategy)).map(trial =>
      line(data.strategies[trial.strategy].name, trial.strategy, points(trial.at_s, trial.p99_ms)));
    const any = data.trials[0];
    overTime('p99', datasets, logarithmic('ms'), any && {faults: any.faults, sold_out_s: null});
  }

  function oneTrial() {
    const trial = data.trials[state.trial];
    if (!trial) return;
    const of = values => points(trial.at_s, values);
    // What stands at an interval's end is drawn there; the stock was seen at the last whole second.
    const ends = values => points(trial.at_s.map(at => at + trial.interval_s), values);
    overTime('latency', [line('p50', 0, of(trial.p50_ms)), line('p99', 1, of(trial.p99_ms))],
             logarithmic('ms'), trial);
    const rate = title => axis(title, {beginAtZero: true});
    overTime('purchases', [line('called for', 7, of(trial.arrived)), line('sold', 2, of(trial.sold)),
                           line('sold out', 1, of(trial.sold_out))], rate('a second'), trial);
    const first = data.strategies[trial.strategy].stock;
    const account = values => values.length > 0 ? [{x: 0, y: first}, ...ends(values)] : [];
    overTime('stock', [
      line('ideal', 7, account(trial.ideal_left), {borderDash: [5, 4]}),
      line('stock column', 0, points(trial.at_s.map(at => at + Math.max(trial.interval_s - 1, 0)),
                                     trial.stock_left), {spanGaps: true}),
      line('not sold yet', 1, account(trial.unsold)),
    ], axis('units', {suggestedMin: 0}), trial);
    overTime('views', [line('views a second', 0, of(trial.views)),
                       line('buyers in the shop', 4, ends(trial.in_flight))], rate(''), trial);
  }

  function oversold() {
    const some = data.strategies.filter(each => each.oversold > 0 || each.promised > 0);
    bars('oversold', some.map(each => each.name), [
      {label: 'in confirmed orders', data: some.map(each => each.oversold), backgroundColor: series(1)},
      {label: 'told to buyers', data: some.map(each => each.promised), backgroundColor: series(4)},
    ], 'units', false);
  }

  function outcomes() {
    const total = data.strategies.map(each => each.outcomes.reduce((sum, n) => sum + n, 0) || 1);
    const colours = [2, 7, 4, 3, 6, 1, 1, 5, 0, 6].map(series);
    const sets = data.outcomes.map((label, o) => ({
      label, data: data.strategies.map((each, i) => 100 * each.outcomes[o] / total[i]),
      backgroundColor: colours[o],
    })).filter(set => set.data.some(share => share > 0));
    bars('outcomes', data.strategies.map(each => each.name), sets, '%', true, {max: 100});
  }

  function resources() {
    const named = [['harness', 'harness_us', 7], ['Redis', 'redis_us', 1], ['PostgreSQL', 'postgres_us', 0]];
    bars('resources', data.strategies.map(each => each.name), named.map(([label, key, i]) => ({
      label, data: data.strategies.map(each => each[key]), backgroundColor: series(i),
    })), 'µs of CPU an operation', true);
  }

  function buyers() {
    const some = data.strategies.filter(each => each.buyers.length > 0);
    if (some.length === 0) return;
    const kinds = some[0].buyers.map(each => each.kind);
    const percent = value => value === null ? null : 100 * value;
    bars('buyers', ['wanted', ...some.map(each => each.name)], kinds.map((label, k) => ({
      label, data: [percent(some[0].buyers[k].purchases),
                    ...some.map(each => each.buyers[k] ? percent(each.buyers[k].units) : null)],
    })), '%', true, {max: 100});
  }

  function stale() {
    const some = data.strategies.map((each, i) => [each, i]).filter(([each, i]) =>
      state.shown.has(i) && each.stale.some(row => row.stale > 0));
    const widest = data.strategies.reduce((most, each) => each.stale.length > most.length ? each.stale : most, []);
    const labels = widest.map(row => row.below_us === null ? 'later' : `< ${row.below_us / 1000} ms`);
    draw('stale', {
      type: 'line',
      data: {labels, datasets: some.map(([each, i]) => line(each.name, i, each.stale.map(row =>
        row.views > 0 ? 100 * row.stale / row.views : null)))},
      options: {scales: {x: axis(''), y: axis('% stale', {beginAtZero: true})}},
    });
  }

  function ofStrategies() {
    spectrum();
    latencyOfAll();
    stale();
  }

  function all() {
    ofStrategies();
    oneTrial();
    oversold();
    outcomes();
    resources();
    buyers();
    drawKeys();
  }

  // ---- controls

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    Object.assign(made, attributes);
    made.append(...children);
    return made;
  }

  function choice(label, options, chosen, then) {
    const select = element('select', {}, ...options.map(([value, text]) =>
      element('option', {value, selected: value === chosen}, text)));
    select.addEventListener('change', () => then(select.value));
    return element('label', {}, label + ' ', select);
  }

  const keys = [];  // the line beside each strategy's name
  function drawKeys() {
    keys.forEach((key, i) => {
      key.setAttribute('stroke', series(i));
      key.setAttribute('stroke-dasharray', dash(i).join(' '));
    });
  }

  function lineKey() {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', 'M0 2H22');
    path.setAttribute('stroke-width', '3');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(path);
    keys.push(path);
    return svg;
  }

  function controls() {
    const top = document.getElementById('controls');
    const operations = [...new Set(data.strategies.flatMap(each => each.spectrum.map(line => line.operation)))];
    if (!operations.includes(state.operation)) state.operation = operations[0];
    if (top && operations.length > 0) {
      top.append(choice('Operation', operations.map(name => [name, name]), state.operation, value => {
        state.operation = value;
        spectrum();
      }));
      const boxes = data.strategies.map((strategy, i) => {
        const box = element('input', {type: 'checkbox', checked: state.shown.has(i)});
        box.addEventListener('change', () => {
          if (box.checked) state.shown.add(i); else state.shown.delete(i);
          ofStrategies();
        });
        return element('label', {}, box, lineKey(), strategy.name);
      });
      top.append(element('fieldset', {}, element('legend', {}, 'Strategies drawn'), ...boxes));
    }
    const trials = document.getElementById('trials');
    if (trials && data.trials.length > 0) {
      trials.append(choice('Trial', data.trials.map((trial, i) =>
        [String(i), `${data.strategies[trial.strategy].name}, ${trial.repetition}`]), '0', value => {
          state.trial = Number(value);
          oneTrial();
        }));
    }
  }

  controls();
  keepDrawn(all);
})();
