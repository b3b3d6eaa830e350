// What the page does beside being read: telling about what is pointed at, steps by arrow keys, filters.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const told = (name) => document.querySelector(`[data-told="${name}"]`);

  // The bar or mark under the pointer, or with the focus, tells about itself in the line below.
  for (const kind of ['pointerover', 'focusin']) {
    document.addEventListener(kind, ({ target }) => {
      const element = target instanceof Element ? target.closest('[data-tell]') : null;
      if (!element) return;
      const line = told(element.dataset.tell);
      if (line) line.textContent = element.getAttribute('aria-label');
    });
  }

  // One stop for the tab key in each group; arrow keys go on from there, to the nearest in that direction.
  for (const group of all('[data-roving]')) {
    const items = () => all('[tabindex]', group);
    const first = items()[0];
    if (first) first.setAttribute('tabindex', '0');
    group.addEventListener('keydown', (event) => {
      const towards = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
      const from = document.activeElement;
      if (!towards || !group.contains(from)) return;
      const next = nearest(from, items(), towards);
      event.preventDefault();
      if (!next) return;
      from.setAttribute('tabindex', '-1');
      next.setAttribute('tabindex', '0');
      next.focus();
    });
  }

  function nearest(from, items, [right, down]) {
    const middle = (element) => {
      const box = element.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(from);
    let best;
    for (const item of items) {
      const [itemX, itemY] = middle(item);
      const ahead = (itemX - x) * right + (itemY - y) * down;
      if (item === from || ahead <= 0.5) continue;
      const aside = Math.abs((itemX - x) * down) + Math.abs((itemY - y) * right);
      const cost = ahead + 3 * aside;
      if (!best || cost < best.cost) best = { item, cost };
    }
    return best?.item;
  }

  // Resources: what one needs, and what needs it.
  const nodes = all('.node');
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const needs = (node) => node.dataset.needs.split(' ').filter((id) => byId.has(id));
  const names = (ids) => (ids.length === 0 ? 'nothing' : ids.map((id) => byId.get(id).dataset.name).join(', '));
  let shown;
  function show(node) {
    if (node === shown) return;
    shown = node;
    for (const element of all('.graph .on')) element.classList.remove('on');
    document.querySelector('#graph')?.classList.toggle('pointing', Boolean(node));
    if (!node) return;
    const before = needs(node);
    const after = nodes.filter((other) => needs(other).includes(node.id)).map(({ id }) => id);
    for (const id of [node.id, ...before, ...after]) byId.get(id).classList.add('on');
    for (const edge of all(`path[data-from="${node.id}"], path[data-to="${node.id}"]`)) edge.classList.add('on');
    const line = told('graph');
    if (line) {
      const label = node.getAttribute('aria-label');
      line.textContent = `${label}. Needs ${names(before)}. Needed by ${names(after)}.`;
    }
  }
  for (const node of nodes) {
    node.addEventListener('pointerenter', () => show(node));
    node.addEventListener('focus', () => show(node));
    node.addEventListener('blur', () => show(undefined));
    node.addEventListener('pointerleave', () => show(undefined));
  }

  for (const button of all('[data-stack-filter]')) {
    button.addEventListener('click', () => {
      for (const other of all('[data-stack-filter]')) other.setAttribute('aria-pressed', String(other === button));
      const wanted = button.dataset.stackFilter;
      for (const figure of all('[data-stack]')) figure.hidden = wanted !== '' && figure.dataset.stack !== wanted;
    });
  }

  const onInput = (name, work) => {
    const field = document.querySelector(`[data-find="${name}"]`);
    let timer;
    field?.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => work(field.value.trim().toLowerCase()), 120);
    });
  };
  onInput('graph', (text) => {
    for (const node of nodes) {
      node.classList.toggle('off', text !== '' && !node.getAttribute('aria-label').toLowerCase().includes(text));
    }
  });
  onInput('logs', (text) => {
    let found = 0;
    for (const log of all('[data-log]')) {
      let here = 0;
      for (const line of all('li', log)) {
        line.hidden = text !== '' && !line.textContent.toLowerCase().includes(text);
        if (!line.hidden) here++;
      }
      log.hidden = here === 0;
      log.open = text !== '' && here > 0;
      found += here;
    }
    const line = told('logs');
    if (line) line.textContent = text === '' ? '' : `${found} ${found === 1 ? 'line' : 'lines'}`;
  });
})();
