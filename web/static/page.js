// The live page. It asks the server for the state of the stack every other second while
// it is in view, and puts what changed into the elements that are there. Text comes into
// the page as text alone: the server's policy refuses anything else. What it keeps is
// the last state, so a page that is open for long does not grow.

const every = 2000; // milliseconds between two states
const minutes = 30; // of each metric, the current one last
const main = document.getElementById('main');
const status = document.getElementById('status');

// h makes an element: h('a', {href: '#/', class: 'x'}, 'text', element, ...).
function h(tag, given = {}, ...kids) {
  const e = tag === 'svg' || tag === 'path' ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, '');
    else if (value !== undefined && value !== false) e.setAttribute(name, value);
  }
  e.append(...kids.filter(k => k !== undefined && k !== null && k !== false && k !== ''));
  return e;
}

// set writes text if it differs, so that nothing is drawn again for nothing.
function set(e, text) { if (e.textContent !== String(text)) e.textContent = text; }

const number = new Intl.NumberFormat('en', {maximumFractionDigits: 1, signDisplay: 'negative'});
const n = v => v === null || v === undefined ? '–' : number.format(v);
const clock = (ms, options) => new Date(ms).toLocaleTimeString([], options ?? {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});
const minute = ms => clock(ms, {hour: '2-digit', minute: '2-digit', hour12: false});
function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return s + ' s';
  if (s < 7200) return Math.floor(s / 60) + ' min';
  return s < 172800 ? Math.floor(s / 3600) + ' h' : Math.floor(s / 86400) + ' days';
}
const bytes = b => b < 1024 ? b + ' B' : b < 1 << 20 ? n(b / 1024) + ' KB' : n(b / (1 << 20)) + ' MB';
const link = (kind, name) => '#/' + kind + '/' + encodeURIComponent(name);

// Points of the last half hour, from the state: one a minute, empty if there are none.
const at = (points, i) => points[i] ?? null;
const last = points => at(points, minutes - 1);
const recent = points => { for (let i = points.length - 1; i >= 0; i--) if (points[i] !== null) return points[i]; return null; };
const total = (points, count) => points.slice(-count).reduce((sum, v) => sum + (v ?? 0), 0);
// rate is what a minute's sum is in a second. The current minute is not over.
function rate(state, points, i) {
  const v = at(points, i);
  if (v === null) return null;
  return v / (i === minutes - 1 ? Math.max(1, (state.Now - state.Minute) / 1000) : 60);
}

// A chart shows bars, what is bad on top of them in red, and a line. read(state) returns
// {used, bad, line, now, say}: numbers by minute, the text beside the title, and
// what is said of a minute. Pointer and arrow keys choose a minute.
function chart(title, read) {
  const paths = Object.fromEntries(['used', 'throttled', 'capacity', 'mark'].map(c => [c, h('path', {class: c})]));
  const value = h('span');
  const svg = h('svg', {viewBox: `0 0 ${minutes} 100`, preserveAspectRatio: 'none', role: 'img', tabindex: '0'}, ...Object.values(paths));
  let chosen = -1, now;
  const draw = () => {
    const d = read(now);
    let most = 1e-9;
    for (let i = 0; i < minutes; i++) most = Math.max(most, (d.used(i) ?? 0) + (d.bad?.(i) ?? 0), d.line?.(i) ?? 0);
    const y = v => 100 - 94 * v / most;
    let used = '', bad = '', line = '';
    for (let i = 0; i < minutes; i++) {
      const u = d.used(i) ?? 0, b = d.bad?.(i) ?? 0, l = d.line?.(i) ?? null;
      if (u > 0) used += bar(i, y(0), y(u));
      if (b > 0) bad += bar(i, y(u), y(u + b));
      if (l !== null) line += `${line ? 'L' : 'M'}${i} ${y(l).toFixed(1)}H${i + 1}`;
    }
    for (const [path, form] of [[paths.used, used], [paths.throttled, bad], [paths.capacity, line], [paths.mark, chosen < 0 ? '' : `M${chosen + .5} 0V100`]]) {
      if (path.getAttribute('d') !== form) path.setAttribute('d', form);
    }
    const text = chosen < 0 ? d.now : minute(now.Minute - (minutes - 1 - chosen) * 60000) + '  ' + d.say(chosen);
    set(value, text);
    svg.setAttribute('aria-label', `${title}, the last half hour: ${text}. Arrow keys choose a minute.`);
  };
  const bar = (i, from, to) => `M${i + .1} ${from.toFixed(1)}V${Math.min(to, from - 1.5).toFixed(1)}h.8V${from.toFixed(1)}z`;
  const choose = i => { chosen = i; if (now) draw(); };
  svg.addEventListener('pointermove', e => choose(Math.max(0, Math.min(minutes - 1, Math.floor(e.offsetX / svg.clientWidth * minutes)))));
  svg.addEventListener('pointerleave', () => choose(-1));
  svg.addEventListener('blur', () => choose(-1));
  svg.addEventListener('keydown', e => {
    const from = chosen < 0 ? minutes - 1 : chosen;
    const to = {ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: minutes - 1, Escape: -1}[e.key];
    if (to === undefined) return;
    e.preventDefault();
    choose(Math.max(e.key === 'Escape' ? -1 : 0, Math.min(minutes - 1, to)));
  });
  return {element: h('figure', {}, h('figcaption', {}, h('b', {}, title), value), svg), update: state => { now = state; draw(); }};
}

// plain is a chart of what a minute's points are, of which some are bad. live(state) is what
// holds at the instant, if that is known; else it is the latest point.
function plain(title, used, unit, {bad, badly, live} = {}) {
  return chart(title, s => {
    const u = used(s), b = bad?.(s);
    const say = (v, wrong) => `${n(v ?? 0)} ${unit}${badly ? `, ${n(wrong ?? 0)} ${badly}` : ''}`;
    return {
      used: i => b ? (at(u, i) ?? 0) - Math.min(at(u, i) ?? 0, at(b, i) ?? 0) : at(u, i), bad: b && (i => at(b, i)),
      now: say(live ? live(s) : recent(u), b && last(b)), say: i => say(at(u, i), b && at(b, i)),
    };
  });
}

// A facts list has terms with values that change. read(state) returns [term, value, bad]s,
// always the same terms.
function facts(read) {
  const list = h('dl', {class: 'facts'});
  const rows = new Map();
  return {element: list, update: state => {
    for (const [term, value, bad] of read(state)) {
      let row = rows.get(term);
      if (!row) {
        row = {dd: h('dd')};
        row.div = h('div', {}, h('dt', {}, term), row.dd);
        rows.set(term, row);
        list.append(row.div);
      }
      set(row.dd, value);
      row.div.classList.toggle('bad', Boolean(bad));
    }
  }};
}

// A list is made again when what it shows has changed.
function list(read, make, none) {
  const box = h('div');
  let shown;
  return {element: box, update: state => {
    const rows = read(state), text = JSON.stringify(rows);
    if (text === shown) return;
    shown = text;
    box.replaceChildren(rows.length ? make(rows, state) : h('p', {class: 'empty'}, none));
  }};
}

const grid = (heads, rows, kind = '') => h('div', {class: 'scroll ' + kind}, h('table', {},
  h('thead', {}, h('tr', {}, ...heads.map(t => h('th', {scope: 'col'}, t)))),
  h('tbody', {}, ...rows)));
const row = (...cells) => h('tr', {}, ...cells.map(c => c instanceof Node && c.tagName === 'TD' ? c : h('td', {}, c)));
const when = (ms, title) => h('td', {class: 'when', title: title ?? new Date(ms).toISOString()}, clock(ms));

const find = (state, kind, name) => (state[kind] ?? []).find(x => x.Name === name);
const resource = (state, table, index) => find(state, 'Tables', table)?.Resources.find(r => r.Index === index);
const nothing = {Units: 0, Left: 0, Most: 0, Consumed: [], Throttled: [], Capacity: []};

// demand is the chart of one direction of a table or an index, with its burst. The line is
// CloudWatch's capacity, which has a sample every five minutes, and at its end what holds now.
function demand(title, table, index, side) {
  const of = state => resource(state, table, index)?.[side] ?? nothing;
  const c = chart(title, s => {
    const d = of(s);
    let carried = d.Capacity.find(v => v !== null) ?? d.Units;
    const line = Array.from({length: minutes}, (_, i) => i === minutes - 1 ? d.Units : carried = at(d.Capacity, i) ?? carried);
    const limit = d.Most > 0;
    const text = i => `${n(rate(s, d.Consumed, i) ?? 0)}${limit ? ` of ${n(line[i])}` : ''} units/s` +
      (at(d.Throttled, i) ? `, ${n(rate(s, d.Throttled, i))} throttled/s` : '');
    return {used: i => rate(s, d.Consumed, i), bad: i => rate(s, d.Throttled, i), line: limit ? i => line[i] : undefined, now: text(minutes - 1), say: text};
  });
  const meter = h('meter', {min: 0, 'aria-label': `Burst left, ${title}`}), left = h('span');
  const burst = h('div', {class: 'burst'}, h('span', {}, 'burst left'), meter, left);
  return {element: h('div', {}, c.element, burst), update: state => {
    const d = of(state);
    c.update(state);
    burst.hidden = d.Most === 0;
    if (d.Most === 0) return;
    meter.max = d.Most; meter.low = d.Most / 5; meter.high = d.Most / 2; meter.optimum = d.Most;
    meter.value = Math.max(0, d.Left);
    set(left, `${n(Math.max(0, d.Left))} of ${n(d.Most)}`);
  }};
}

function card(title, href, parts, hurts) {
  const elements = parts.map(p => p.element ?? p), isFacts = e => e.tagName === 'DL';
  const e = h('section', {class: 'card'}, title && h('h3', {}, href ? h('a', {href}, title) : title), ...elements.filter(isFacts), h('div', {class: 'parts'}, ...elements.filter(e => !isFacts(e))));
  return {element: e, update: state => {
    for (const p of parts) p.update?.(state);
    e.classList.toggle('hurt', Boolean(hurts?.(state)));
  }};
}

const resourceName = (table, index) => index ? `${table} / ${index}` : table;
const throttles = (state, table, index) => ['Read', 'Write'].reduce((sum, side) => sum + total(resource(state, table, index)?.[side].Throttled ?? [], 2), 0);

function resourceCards(state, only) {
  return state.Tables.filter(t => !only || t.Name === only).flatMap(t => t.Resources.map(r => card(resourceName(t.Name, r.Index), only ? undefined : link('table', t.Name), [
    demand('Writes', t.Name, r.Index, 'Write'), demand('Reads', t.Name, r.Index, 'Read'),
  ], s => throttles(s, t.Name, r.Index) > 0)));
}

function functionParts(name) {
  const f = s => find(s, 'Functions', name) ?? {};
  const p = (s, what) => f(s)[what] ?? [];
  return {
    facts: facts(s => [
      ['running', n(f(s).Running)], ['idle', n(f(s).Idle)], ['cold starts', n(f(s).Starts)],
      ...(f(s).Reserved === null || f(s).Reserved === undefined ? [] : [['reserved', n(f(s).Reserved)]]),
      ['errors', n(total(p(s, 'Errors'), minutes)), total(p(s, 'Errors'), 2)], ['throttled', n(total(p(s, 'Throttles'), minutes)), total(p(s, 'Throttles'), 2)],
    ]),
    charts: () => [
      plain('Concurrency', s => p(s, 'Concurrent'), 'at one time', {live: s => f(s).Running}),
      plain('Invocations', s => p(s, 'Invocations'), 'a minute', {bad: s => p(s, 'Errors'), badly: 'errors'}),
      plain('Throttles', s => p(s, 'Throttles'), 'a minute', {bad: s => p(s, 'Throttles')}), plain('Duration', s => p(s, 'Ms'), 'ms'),
    ],
    hurts: s => total(p(s, 'Errors'), 2) + total(p(s, 'Throttles'), 2) > 0,
  };
}

function queueParts(name) {
  const q = s => find(s, 'Queues', name) ?? {Depth: [], Age: [], Sent: [], Deleted: []};
  const dead = s => find(s, 'Queues', q(s).Dead);
  return {
    facts: facts(s => [
      ['waiting', n(q(s).Visible)], ['in flight', n(q(s).InFlight)], ['delayed', n(q(s).Delayed)], ['oldest', span((q(s).Seconds ?? 0) * 1000)],
      ...(q(s).Dead ? [['dead', dead(s) ? n(dead(s).Visible + dead(s).InFlight) : '–', dead(s)?.Visible]] : []),
    ]),
    charts: () => [
      plain('Waiting', s => q(s).Depth, 'messages', {live: s => q(s).Visible}), plain('Age of the oldest', s => q(s).Age, 's', {live: s => q(s).Seconds}),
      plain('Sent', s => q(s).Sent, 'a minute'), plain('Deleted', s => q(s).Deleted, 'a minute'),
    ],
    hurts: s => (dead(s)?.Visible ?? 0) > 0,
  };
}

const stateClass = {OK: 'good', ALARM: 'bad', INSUFFICIENT_DATA: 'quiet'};
const stateOf = a => h('span', {class: 'state ' + (stateClass[a.State] ?? '')}, a.State.replace('_', ' '));

const alarmList = (read, none) => list(read, rows => grid(['State', 'Alarm', 'Since', 'Reason'], rows.map(a =>
  row(stateOf(a), h('a', {href: link('alarm', a.Name)}, a.Name), when(a.Since), a.Reason))), none);
const inAlarm = s => (s.Alarms ?? []).filter(a => a.State === 'ALARM');

const activityList = only => list(s => (s.Activities ?? []).filter(a => !only || a.Resource === 'table/' + only || a.Resource.startsWith(`table/${only}/`)), rows => grid(['Began', 'Resource', 'What', 'Why', 'Status'], rows.map(a =>
  row(when(a.Start * 1000), a.Resource, a.Description, a.Cause, a.Message ? `${a.Status}: ${a.Message}` : a.Status))), 'Nothing has been scaled.');

const pageList = () => list(s => s.Pages ?? [], rows => grid(['When', 'Alarm', 'Page', 'What happened'], rows.map(p =>
  row(when(p.At), h('a', {href: link('alarm', p.Alarm)}, p.Alarm), p.Kind === 'trigger' ? h('span', {class: 'state bad'}, 'WENT OFF') : h('span', {class: 'state good'}, 'IS OVER'), p.Says))), '');

const refusedBy = r => [r.Limit || r.Code || r.Status, r.Resource && `by ${r.Resource}`].filter(Boolean).join(' ');
const refusalList = () => list(s => s.Refusals ?? [], rows => grid(['When', 'Request', 'Refused', 'Status'], rows.map(r =>
  row(when(Date.parse(r.At)), `${r.Service} ${r.Operation}`, refusedBy(r), String(r.Status)))), 'Nothing has been refused.');

// Views. Each returns {title, parts, key}: what it shows, and of what in the state the
// elements themselves depend.
const names = (state, kind) => (state[kind] ?? []).map(x => x.Name);
const section = (title, ...parts) => parts.length ? [h('h2', {}, title), ...parts] : [];
const cards = parts => ({element: h('div', {class: 'cards'}, ...parts.map(p => p.element)), update: s => parts.forEach(p => p.update(s))});
const key = () => h('p', {class: 'key'}, h('i', {class: 'used'}), 'consumed', h('i', {class: 'throttled'}), 'throttled', h('i', {class: 'capacity'}), 'capacity — a bar a minute, the last half hour');

function overview(state) {
  const evaluation = h('span', {class: 'quiet'});
  const next = {update: s => set(evaluation, s.Alarms?.length ? `evaluated next in ${span(s.NextEvaluation - s.Now)}` : '')};
  const burning = alarmList(inAlarm, ''), box = h('div', {}, h('h2', {class: 'bad'}, 'In alarm'), burning.element);
  const alarmed = {element: box, update: s => { box.hidden = !inAlarm(s).length; burning.update(s); }};
  const paged = pageList(), waiting = h('span', {class: 'quiet'}), pages = h('div', {}, h('h2', {}, 'Pages ', waiting), paged.element);
  const woken = {element: pages, update: s => { pages.hidden = !s.Pages?.length; set(waiting, s.Waiting ? `receivers have not got ${n(s.Waiting)}` : ''); paged.update(s); }};
  const functions = names(state, 'Functions').map(name => { const p = functionParts(name); return card(name, link('function', name), [p.facts, ...p.charts().slice(0, 2)], p.hurts); });
  const queues = names(state, 'Queues').map(name => { const p = queueParts(name); return card(name, link('queue', name), [p.facts, ...p.charts().slice(0, 2)], p.hurts); });
  const apis = (state.APIs ?? []).map((a, i) => card(a.Name, '#/try', [
    facts(s => [['5XX', n(total(s.APIs[i].ServerErrors, minutes)), total(s.APIs[i].ServerErrors, 2)], ['4XX', n(total(s.APIs[i].ClientErrors, minutes))], ['latency', n(recent(s.APIs[i].Ms)) + ' ms']]),
    plain('Requests', s => s.APIs[i].Count, 'a minute', {bad: s => s.APIs[i].ServerErrors, badly: 'with 5XX'}),
  ], s => total(s.APIs[i].ServerErrors, 2) > 0));
  return {title: 'Overview', key: structure(state), parts: [
    alarmed, woken,
    ...(state.Tables?.length ? section('Tables', key(), cards(resourceCards(state))) : []),
    ...(apis.length ? section('APIs', cards(apis)) : []),
    ...section('Last refusals', refusalList()),
    ...(functions.length ? section('Functions', cards(functions)) : []),
    ...(queues.length ? section('Queues', cards(queues)) : []),
    h('h2', {}, 'Alarms ', evaluation), alarmList(s => (s.Alarms ?? []).filter(a => a.State !== 'ALARM'), 'There are no other alarms.'), next,
    ...section('Scaling', activityList()),
  ]};
}
const structure = state => JSON.stringify([(state.Tables ?? []).map(t => [t.Name, t.Resources.map(r => r.Index)]), names(state, 'Functions'), names(state, 'Queues'), names(state, 'APIs')]);

function tableView(state, name) {
  const t = find(state, 'Tables', name);
  if (!t) return missing('table', name, state);
  const of = s => find(s, 'Tables', name) ?? t;
  return {title: name, wide: true, key: JSON.stringify([t.Resources.map(r => r.Index), t.Local]), parts: [
    facts(s => [['status', of(s).Status], ['capacity', of(s).OnDemand ? 'on demand' : 'provisioned'], ['items', n(of(s).Items)], ['size', bytes(of(s).Bytes)]]),
    key(), cards(resourceCards(state, name)),
    ...section('By the minute', minuteTable(name)),
    ...section('Scaling', activityList(name)),
    ...section('Items', browser('items', {table: name}, ['', ...t.Resources.map(r => r.Index).filter(Boolean), ...(t.Local ?? [])], itemRow)),
  ]};
}

// minuteTable has the numbers of the last minutes, as CloudWatch has them.
const minuteTable = name => list(s => (find(s, 'Tables', name)?.Resources ?? []).flatMap(r => Array.from({length: 6}, (_, k) => minutes - 1 - k).map(i => [
  s.Minute - (minutes - 1 - i) * 60000, r.Index, at(r.Write.Consumed, i), at(r.Write.Throttled, i), at(r.Read.Consumed, i), at(r.Read.Throttled, i),
])), rows => grid(['Minute', 'Index', 'WCU consumed', 'Write throttles', 'RCU consumed', 'Read throttles'], rows.map(([ms, index, ...values]) =>
  h('tr', {'data-minute': ms, 'data-index': index}, h('td', {class: 'when'}, minute(ms)), h('td', {}, index || '–'),
    ...values.map((v, k) => h('td', {class: k % 2 && v ? 'bad' : ''}, n(v))))), 'numbers'), '');

function queueView(state, name) {
  const q = find(state, 'Queues', name);
  if (!q) return missing('queue', name, state);
  const p = queueParts(name);
  return {title: name, wide: true, key: q.Dead, parts: [
    p.facts, q.Dead && h('p', {}, 'Its dead letters go to ', h('a', {href: link('queue', q.Dead)}, q.Dead), '.'), cards([card('', undefined, p.charts().slice(0, 2)), card('', undefined, p.charts().slice(2))]),
    ...section('Messages', h('p', {class: 'quiet'}, 'To look at a message does not receive it.'), browser('messages', {queue: name}, [], messageRow)),
  ].filter(Boolean)};
}

function functionView(state, name) {
  if (!find(state, 'Functions', name)) return missing('function', name, state);
  const p = functionParts(name), c = p.charts();
  return {title: name, wide: true, key: name, parts: [p.facts, cards([card('', undefined, [c[0], c[2]]), card('', undefined, [c[1], c[3]])])]};
}

function alarmView(state, name) {
  const a = find(state, 'Alarms', name);
  if (!a) return missing('alarm', name, state);
  return {title: name, key: name, parts: [
    list(s => [find(s, 'Alarms', name) ?? a], ([a]) => h('div', {}, stateOf(a), ' ', h('span', {}, `since ${new Date(a.Since).toLocaleString()}`), a.Description && h('p', {}, a.Description), h('p', {}, a.Reason),
      h('h2', {}, 'Rule'), h('p', {}, a.Rule), h('h2', {}, 'Actions'), a.Actions?.length ? h('ul', {}, ...a.Actions.map(t => h('li', {}, t))) : h('p', {class: 'quiet'}, 'It has no actions: nobody is told.'),
      a.Actions?.length && !a.Enabled && h('p', {class: 'warn'}, 'Its actions are disabled.'))),
    facts(s => [['evaluated next in', span(s.NextEvaluation - s.Now)]]),
  ]};
}

function missing(kind, name, state) {
  return {title: name, key: structure(state), parts: [h('p', {class: 'empty'}, `There is no ${kind} of this name now.`)]};
}

// ask asks the server for JSON.
async function ask(path, init) {
  const r = await fetch(path, {...init, signal: AbortSignal.timeout(60000)});
  const out = await r.json();
  if (!r.ok) throw new Error(out.error ?? r.statusText);
  return out;
}

// A browser looks at items or messages: it finds a text, and goes on to the next ones.
function browser(kind, of, indexes, make) {
  const text = h('input', {type: 'search', name: 'text', placeholder: 'any text'});
  const index = h('select', {name: 'index'}, ...indexes.map(x => h('option', {value: x}, x || 'the table')));
  const out = h('div', {'aria-live': 'polite'});
  const more = h('button', {type: 'button', class: 'plain', hidden: true}, 'Next ones');
  let next = '';
  const look = async from => {
    const query = new URLSearchParams({...of, text: text.value, from, index: index.value});
    try {
      const found = await ask(`api/${kind}?${query}`);
      next = found.Next;
      more.hidden = !next;
      out.replaceChildren(...found.Rows.map(make));
      if (!found.Rows.length) out.append(h('p', {class: 'empty'}, next ? 'None so far.' : 'None.'));
    } catch (err) { out.replaceChildren(h('p', {class: 'bad'}, err.message)); }
  };
  more.addEventListener('click', () => look(next));
  const form = h('form', {onsubmit: e => { e.preventDefault(); look(''); }}, h('label', {}, 'that have', text), indexes.length > 1 && h('label', {}, 'of', index), h('button', {}, 'Look'));
  look('');
  return h('div', {}, form, out, more);
}

// value returns an attribute value of DynamoDB as people write it.
function value(v) {
  const [[kind, x]] = Object.entries(v);
  switch (kind) {
    case 'N': return x;
    case 'NULL': return 'null';
    case 'L': return '[' + x.map(value).join(', ') + ']';
    case 'M': return '{' + Object.entries(x).map(([k, y]) => `${k}: ${value(y)}`).join(', ') + '}';
    default: return JSON.stringify(x);
  }
}
const short = t => t.length > 240 ? t.slice(0, 240) + '…' : t;
const itemRow = item => h('details', {}, h('summary', {}, short(Object.entries(item).map(([k, v]) => `${k}: ${value(v)}`).join(', '))), h('pre', {}, JSON.stringify(item, null, 2)));
const messageRow = m => h('details', {}, h('summary', {}, h('span', {class: 'quiet'}, `${clock(m.Sent)} ${m.Hidden ? (m.Receives ? 'in flight' : 'delayed') : 'waiting'}, received ${m.Receives}× `), short(m.Body)),
  h('pre', {}, m.Body), h('p', {class: 'quiet'}, [m.ID, m.Group && `group ${m.Group}`, m.Hidden && `hidden until ${clock(m.Hidden)}`].filter(Boolean).join(' · ')), m.Attributes && h('pre', {}, JSON.stringify(m.Attributes, null, 2)));

function refusalsView() {
  const out = h('div', {}), button = h('button', {type: 'button', class: 'plain'}, 'Show the newest');
  const load = async () => {
    const got = await ask('api/refusals');
    out.replaceChildren(h('p', {class: 'quiet'}, `${n(got.Total)} since the start; the last ${got.Refusals.length}:`), ...got.Refusals.map(r => h('details', {},
      h('summary', {}, h('span', {class: 'quiet'}, clock(Date.parse(r.At)) + ' '), `${r.Service} ${r.Operation} `, h('span', {class: 'bad'}, refusedBy(r))),
      h('p', {}, [r.Status, r.Code].filter(Boolean).join(' ')), r.Message && h('p', {}, r.Message), r.Request ? h('pre', {}, r.Request) : h('p', {class: 'quiet'}, 'The request has no body that is text.'))));
    if (!got.Refusals.length) out.append(h('p', {class: 'empty'}, 'Nothing has been refused.'));
  };
  button.addEventListener('click', load);
  load().catch(err => out.replaceChildren(h('p', {class: 'bad'}, err.message)));
  return {title: 'Refusals', key: '', parts: [button, out]};
}

const drafts = {}; // by route: what was typed, for the way back
function tryView(state) {
  const routes = (state.APIs ?? []).flatMap((a, api) => (a.Routes ?? []).map(r => ({api, ...r, text: `${r.Method} ${r.Path}`, url: a.URL})));
  if (!routes.length) return {title: 'Try a request', key: structure(state), parts: [h('p', {class: 'empty'}, 'The template has no routes.')]};
  const choice = h('select', {name: 'route'}, ...routes.map((r, i) => h('option', {value: i}, `${r.text} → ${r.Function}`)));
  const method = h('select', {name: 'method'}, ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(m => h('option', {}, m)));
  const methods = h('label', {}, 'method', method), path = h('input', {name: 'path', size: 30});
  const body = h('textarea', {name: 'body', spellcheck: 'false'}), bodies = h('label', {class: 'long'}, 'body', body);
  const times = h('input', {name: 'times', type: 'number', min: 1, max: 1000, value: 1, size: 5});
  const send = h('button', {}, 'Send'), out = h('div', {'aria-live': 'polite'});
  const show = () => {
    const r = routes[choice.value], draft = drafts[r.text] ?? {};
    methods.hidden = r.Method !== 'ANY';
    if (r.Method !== 'ANY') method.value = r.Method;
    path.value = draft.path ?? r.Path;
    bodies.hidden = r.Method === 'GET';
    body.value = draft.body ?? '{}';
  };
  const submit = async () => {
    const r = routes[choice.value], call = {API: r.api, Method: method.value, Path: path.value, Body: bodies.hidden ? '' : body.value};
    drafts[r.text] = {path: path.value, body: body.value};
    const counts = {}, all = Math.max(1, Math.min(1000, Number(times.value)));
    let sent = 0, answer;
    send.disabled = true;
    try {
      await Promise.all(Array.from({length: Math.min(5, all)}, async () => {
        while (sent++ < all) {
          answer = await ask('api/call', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(call)});
          counts[answer.Status] = (counts[answer.Status] ?? 0) + 1;
          if (all > 1) out.replaceChildren(h('p', {}, Object.entries(counts).map(([k, v]) => `${v}× ${k}`).join(', ') + ` of ${all}`));
        }
      }));
      out.append(h('p', {}, h('span', {class: answer.Status < 400 ? 'good' : 'bad'}, String(answer.Status)), ` in ${n(answer.Ms)} ms`), h('pre', {}, pretty(answer.Body) + (answer.Cut ? '\n… and more' : '')),
        h('details', {}, h('summary', {}, 'Headers'), h('pre', {}, Object.entries(answer.Header).map(([k, v]) => `${k}: ${v.join(', ')}`).join('\n'))));
    } catch (err) { out.replaceChildren(h('p', {class: 'bad'}, err.message)); }
    send.disabled = false;
  };
  choice.addEventListener('change', show);
  show();
  const form = h('form', {onsubmit: e => { e.preventDefault(); out.replaceChildren(); submit(); }},
    h('label', {}, 'route', choice), methods, h('label', {}, 'path and query', path), h('label', {}, 'times', times), bodies, send);
  return {title: 'Try a request', key: structure(state), parts: [form, out]};
}
function pretty(text) { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } }

const views = {'': overview, table: tableView, queue: queueView, function: functionView, alarm: alarmView, refusals: refusalsView, try: tryView};

// The view of the address, and the state that it shows.
let state, current, address;
function route() {
  const [, kind = '', name = ''] = location.hash.split('/');
  let plainName = name;
  try { plainName = decodeURIComponent(name); } catch { /* it is as it was typed */ }
  return {kind: views[kind] ? kind : '', name: plainName};
}

function render() {
  if (!state) return;
  const {kind, name} = route(), here = location.hash;
  const view = here === address && current && (kind === 'refusals') ? current : here === address && current?.same?.(state) ? current : build(kind, name);
  if (view !== current) {
    const moved = current && here !== address;
    current = view;
    address = here;
    const title = h('h1', {tabindex: '-1'}, view.title);
    main.className = view.wide ? 'wide' : '';
    main.replaceChildren(title, ...view.parts.map(p => p.element ?? (p instanceof Node ? p : '')).filter(e => e !== ''));
    for (const a of document.querySelectorAll('nav a')) {
      if (a.hash === (kind === 'refusals' || kind === 'try' ? '#/' + kind : '#/')) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    }
    if (moved) { title.focus({preventScroll: true}); scrollTo(0, 0); }
  }
  for (const p of view.parts) p.update?.(state);
  const alarms = inAlarm(state).length;
  document.title = (alarms ? `(${alarms} in alarm) ` : '') + (kind ? `${view.title} – Lullaby` : 'Lullaby');
  set(document.getElementById('refused'), state.Refused ? n(state.Refused) : '');
}

// build makes a view. It is the same as long as what its elements depend on is.
function build(kind, name) {
  const view = views[kind](state, name);
  const fixed = view.key;
  view.same = kind === '' || kind === 'try' ? s => structure(s) === fixed : s => keyOf(kind, s, name) === fixed;
  return view;
}
function keyOf(kind, s, name) {
  const x = find(s, {table: 'Tables', queue: 'Queues', function: 'Functions', alarm: 'Alarms'}[kind], name);
  if (!x) return structure(s);
  return {table: () => JSON.stringify([x.Resources.map(r => r.Index), x.Local]), queue: () => x.Dead, function: () => name, alarm: () => name}[kind]();
}

let timer, asking = false;
async function tick() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  try {
    state = await ask('api/state');
    set(status, `${state.Region} · ${clock(state.Now)}`);
    status.className = '';
    render();
  } catch (err) {
    set(status, `no answer from lullaby up: ${err.message}`);
    status.className = 'lost';
  }
  asking = false;
  timer = setTimeout(tick, every);
}
addEventListener('hashchange', render);
document.querySelector('.skip').addEventListener('click', e => { e.preventDefault(); main.focus(); }); // the address stays
document.addEventListener('visibilitychange', tick);
tick();
