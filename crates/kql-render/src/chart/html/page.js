'use strict';
(() => {
  const page = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const make = (name, text, css) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (css) node.className = css;
    return node;
  };
  // Names come from captured data: nothing of it becomes markup.
  const esc = (s) => String(s).replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
  const lines = (s) => esc(s).replace(/\n/g, '<br>');
  const pad = (n, w) => String(n).padStart(w, '0');

  const number = (v) => {
    const size = Math.abs(v);
    if (size >= 1e15 || (size !== 0 && size < 1e-6)) return v.toExponential(3);
    return v.toLocaleString('en-US', { maximumSignificantDigits: size >= 1e5 ? 15 : 6, maximumFractionDigits: 12 });
  };
  const datetime = (ms) => {
    const d = new Date(ms);
    if (isNaN(d)) return '';
    const text = d.toISOString().replace('T', ' ');
    if (ms % 1000 !== 0) return text.replace('Z', '');
    return ms % 86400000 === 0 ? text.slice(0, 10) : text.slice(0, 19);
  };
  const timespan = (ms) => {
    const sign = ms < 0 ? '-' : '';
    let rest = Math.abs(ms);
    const days = Math.floor(rest / 86400000);
    rest -= days * 86400000;
    const seconds = Math.floor(rest / 1000);
    const fraction = rest - seconds * 1000;
    const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) => pad(n, 2)).join(':');
    return sign + (days ? days + '.' : '') + clock + (fraction > 0 ? '.' + pad(Math.round(fraction), 3) : '');
  };
  const text = (measure, v) => {
    if (v === null || v === undefined || Number.isNaN(v)) return '';
    if (measure === 'datetime') return datetime(v);
    if (measure === 'timespan') return timespan(v);
    if (measure === 'share') return number(Math.round(v * 10) / 10) + '%';
    return number(v);
  };
  const axisText = (measure, v) => {
    const size = Math.abs(v);
    if (measure !== 'number' || size < 1e5) return text(measure, v);
    const [unit, suffix] = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']].find(([u]) => size >= u);
    return number(v / unit) + suffix;
  };

  const draw = (option) => {
    const chart = echarts.init($('chart'));
    chart.setOption(option);
    addEventListener('resize', () => chart.resize());
    return chart;
  };

  const plane = () => {
    const { option, measures, flipped } = page;
    const list = (axis) => (Array.isArray(axis) ? axis : [axis]);
    const value = flipped ? option.xAxis : option.yAxis;
    list(value).forEach((axis, i) => {
      axis.axisLabel.formatter = (v) => axisText(measures.y[i], v);
    });
    list(flipped ? option.yAxis : option.xAxis).forEach((axis) => {
      if (axis.type === 'value' || axis.type === 'log') axis.axisLabel.formatter = (v) => axisText(measures.x, v);
    });
    const at = flipped ? 0 : 1;
    const row = (p) => {
      const measure = measures.series[p.seriesIndex];
      const v = Array.isArray(p.value) ? p.value[at] : p.value;
      if (v === null || v === undefined) return '';
      const raw = Array.isArray(p.value) && p.value.length > 2 ? number(p.value[2]) + ' (' + text(measure, v) + ')' : text(measure, v);
      return p.marker + esc(p.seriesName) + '&emsp;<b>' + raw + '</b>';
    };
    const where = (p) => {
      const x = Array.isArray(p.value) ? p.value[1 - at] : p.axisValue;
      return esc(p.name || (measures.x === 'name' ? p.axisValue : text(measures.x, x)));
    };
    option.tooltip.formatter = (ps) => {
      const all = list(ps);
      const rows = all.map(row).filter((r) => r);
      const shown = rows.slice(0, 20);
      if (rows.length > shown.length) shown.push('+ ' + (rows.length - shown.length) + ' more');
      return where(all[0]) + '<br>' + shown.join('<br>');
    };
    draw(option);
  };

  const parts = () => {
    const { option, measure } = page;
    option.tooltip.formatter = (p) => p.marker + esc(p.name) + '&emsp;<b>' + text(measure, p.value) + '</b> (' + p.percent + '%)';
    draw(option);
  };

  const tree = () => {
    const { option, measure } = page;
    option.tooltip.formatter = (p) =>
      esc((p.treePathInfo || []).map((n) => n.name).filter((n) => n).join(' / ')) + '<br><b>' + text(measure, p.value) + '</b>';
    option.series[0].label.formatter = (p) => p.name + '\n' + text(measure, p.value);
    draw(option);
  };

  const lanes = () => {
    const { option, measure } = page;
    if (measure !== 'datetime') option.xAxis.axisLabel.formatter = (v) => axisText(measure, v);
    option.tooltip.formatter = (p) => {
      const [, from, to, more] = p.value;
      const range = text(measure, from) + (from === to ? '' : ' – ' + text(measure, to));
      return p.marker + '<b>' + esc(p.name) + '</b><br>' + range + (more ? '<br>' + lines(more) : '');
    };
    option.series[0].renderItem = (params, api) => {
      const [x0, y] = api.coord([api.value(1), api.value(0)]);
      const [x1] = api.coord([api.value(2), api.value(0)]);
      const height = Math.min(api.size([0, 1])[1] * 0.66, 26);
      const instant = x1 - x0 < 2;
      const area = params.coordSys;
      const left = Math.max(instant ? x0 - 1 : x0, area.x);
      const right = Math.min(instant ? x0 + 1 : x1, area.x + area.width);
      if (right < left) return null;
      return { type: 'rect', shape: { x: left, y: y - height / 2, width: right - left, height }, style: { fill: api.visual('color'), opacity: instant ? 0.7 : 0.85 } };
    };
    draw(option);
  };

  const select = (tools, label, names, chosen, change) => {
    const box = make('label', label + ' ');
    const list = make('select');
    names.forEach(([value, name]) => {
      const o = make('option', name);
      o.value = value;
      o.selected = value === chosen;
      list.append(o);
    });
    list.onchange = () => change(list.value);
    box.append(list);
    tools.append(box);
  };

  const pivot = () => {
    const { columns, rows, start, palette } = page;
    const state = { row: start[0], column: start[1] === null ? -1 : start[1], value: start[2] === null ? -1 : start[2], how: start[2] === null ? 'count' : 'sum', chart: 'stacked' };
    const tools = $('tools');
    const all = columns.map(([name], i) => [String(i), name]);
    const amounts = columns.map(([name, amount], i) => [String(i), name, amount]).filter((c) => c[2]);
    const pick = (key) => (v) => { state[key] = isNaN(v) ? v : Number(v); show(); };
    select(tools, 'Rows', all, String(state.row), pick('row'));
    select(tools, 'Columns', [['-1', '(none)'], ...all], String(state.column), pick('column'));
    select(tools, 'Values', [['-1', '(rows)'], ...amounts], String(state.value), pick('value'));
    select(tools, 'Summarize by', ['sum', 'count', 'avg', 'min', 'max'].map((n) => [n, n]), state.how, pick('how'));
    select(tools, 'Chart', ['stacked', 'columns', 'bars', 'lines', 'none'].map((n) => [n, n]), state.chart, pick('chart'));
    const chart = draw({});
    const name = (v) => (v === null ? '(null)' : typeof v === 'number' ? number(v) : v);
    const show = () => {
      const ys = new Map();
      const xs = new Map();
      const cells = new Map();
      const add = (key, v) => {
        const cell = cells.get(key) || { sum: 0, count: 0, min: Infinity, max: -Infinity };
        cell.count += 1;
        if (typeof v === 'number') { cell.sum += v; cell.min = Math.min(cell.min, v); cell.max = Math.max(cell.max, v); }
        cells.set(key, cell);
      };
      for (const row of rows) {
        const y = name(row[state.row]);
        const x = state.column < 0 ? 'total' : name(row[state.column]);
        if (!ys.has(y)) ys.set(y, ys.size);
        if (!xs.has(x)) xs.set(x, xs.size);
        const v = state.value < 0 ? 1 : row[state.value];
        if (v === null) continue;
        add(ys.get(y) + ':' + xs.get(x), v);
        add('r' + ys.get(y), v);
      }
      const how = state.value < 0 ? 'count' : state.how;
      const of = (key) => {
        const cell = cells.get(key);
        if (!cell) return null;
        return how === 'avg' ? cell.sum / cell.count : cell[how];
      };
      const rowNames = [...ys.keys()].slice(0, 500);
      const columnNames = [...xs.keys()].slice(0, 40);
      const table = make('table');
      const head = make('tr');
      head.append(make('th', columns[state.row][0]));
      columnNames.forEach((c) => head.append(make('th', c, 'n')));
      head.append(make('th', 'all', 'n'));
      table.append(head);
      let largest = 0;
      rowNames.forEach((r, i) => columnNames.forEach((c, j) => { largest = Math.max(largest, Math.abs(of(i + ':' + j) || 0)); }));
      rowNames.forEach((r, i) => {
        const tr = make('tr');
        tr.append(make('td', r));
        columnNames.forEach((c, j) => {
          const v = of(i + ':' + j);
          const td = make('td', v === null ? '' : number(v), 'n');
          if (v !== null && largest > 0) td.style.background = 'rgba(47,111,208,' + (0.04 + (0.4 * Math.abs(v)) / largest).toFixed(2) + ')';
          tr.append(td);
        });
        tr.append(make('td', number(of('r' + i) || 0), 'n'));
        table.append(tr);
      });
      $('table').replaceChildren(table);
      $('chart').style.display = state.chart === 'none' ? 'none' : '';
      if (state.chart === 'none') return;
      const flipped = state.chart === 'bars';
      const names = { type: 'category', data: rowNames, inverse: flipped, axisLabel: { hideOverlap: true, width: 160, overflow: 'truncate' } };
      const values = { type: 'value', axisLabel: { formatter: (v) => axisText('number', v) } };
      chart.resize();
      chart.setOption({
        color: palette, animation: false, tooltip: { trigger: 'axis', confine: true, valueFormatter: (v) => (v === null || v === undefined ? '' : number(v)) },
        legend: { type: 'scroll', top: 0 }, grid: { top: 34, left: 10, right: 20, bottom: 40, containLabel: true },
        dataZoom: [{ type: 'inside', [flipped ? 'yAxisIndex' : 'xAxisIndex']: 0 }],
        xAxis: flipped ? values : names, yAxis: flipped ? names : values,
        series: columnNames.map((c, j) => ({ type: state.chart === 'lines' ? 'line' : 'bar', name: c, stack: state.chart === 'stacked' ? 'all' : undefined, data: rowNames.map((r, i) => of(i + ':' + j)) })),
      }, true);
    };
    show();
  };

  const rows = () => {
    const table = document.querySelector('table');
    const body = table.tBodies[0];
    const all = [...body.rows];
    const filter = make('input');
    filter.placeholder = 'filter rows';
    $('tools').append(filter);
    filter.oninput = () => {
      const want = filter.value.toLowerCase();
      all.forEach((tr) => { tr.hidden = want !== '' && !tr.textContent.toLowerCase().includes(want); });
    };
    [...table.tHead.rows[0].cells].forEach((th, c) => {
      let up = false;
      th.onclick = () => {
        up = !up;
        const number = th.classList.contains('n');
        const key = (tr) => (number ? parseFloat(tr.cells[c].textContent) : tr.cells[c].textContent);
        const order = (a, b) => (number ? (isNaN(a) ? -Infinity : a) - (isNaN(b) ? -Infinity : b) : a < b ? -1 : a > b ? 1 : 0);
        all.sort((a, b) => order(key(a), key(b)) * (up ? 1 : -1));
        body.append(...all);
      };
    });
  };

  ({ plane, parts, tree, lanes, pivot, rows, cards: () => {} })[page.form]();
})();
