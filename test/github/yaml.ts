// As much of YAML as the workflows use: maps, lists of maps or words, words, and blocks of text. What it does not know
// it refuses, so that a workflow that it accepts means what the test sees.
export type Yaml = string | Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

export function parseYaml(text: string): Yaml {
  const raw = text.split('\n');
  const lines = raw.map((line, at): Line => ({ indent: line.search(/\S|$/), text: line.trim(), number: at + 1 }));
  let at = 0;
  const skip = () => {
    while (at < lines.length && (lines[at]?.text === '' || lines[at]?.text.startsWith('#'))) at++;
    return lines[at];
  };

  function block(indent: number): string {
    const taken: string[] = [];
    for (; at < lines.length; at++) {
      const line = lines[at];
      if (!line || (line.text !== '' && line.indent < indent)) break;
      taken.push((raw[at] ?? '').slice(indent));
    }
    return `${taken.join('\n').trimEnd()}\n`;
  }

  function value(rest: string, indent: number, line: Line): Yaml {
    if (rest === '|') {
      const next = lines.slice(at).find(({ text: each }) => each !== '');
      return block(next?.indent ?? indent + 2);
    }
    if (rest === '') {
      const next = skip();
      if (!next || next.indent < indent || (next.indent === indent && !next.text.startsWith('- '))) return '';
      return node(next.indent);
    }
    const list = /^\[(.*)\]$/.exec(rest);
    if (list) return (list[1] ?? '').split(',').map((word) => word.trim());
    if (/^[&*!{>%@`"'|]/.test(rest) || / #/.test(rest))
      throw new Error(`Line ${line.number} is not understood: ${rest}`);
    return rest;
  }

  function node(indent: number): Yaml {
    const first = skip();
    if (first?.text.startsWith('- ')) return list(indent);
    return map(indent);
  }

  function list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    for (let line = skip(); line && line.indent === indent && line.text.startsWith('- '); line = skip()) {
      // The item goes on as a map two columns further in.
      lines[at] = { ...line, indent: indent + 2, text: line.text.slice(2) };
      items.push(map(indent + 2));
    }
    return items;
  }

  function map(indent: number): Yaml {
    const entries: Record<string, Yaml> = {};
    for (let line = skip(); line && line.indent === indent && !line.text.startsWith('- '); line = skip()) {
      const [, key, rest] = /^([\w-]+):(?: +(.*))?$/.exec(line.text) ?? [];
      if (key === undefined || key in entries) throw new Error(`Line ${line.number} is not understood: ${line.text}`);
      at++;
      entries[key] = value(rest ?? '', indent, line);
    }
    return entries;
  }

  const result = node(0);
  const rest = skip();
  if (rest) throw new Error(`Line ${rest.number} stands where nothing may stand: ${rest.text}`);
  return result;
}
