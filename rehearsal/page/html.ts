/** Text that is HTML already: nothing but `html` makes it, so whatever else is put into a page is escaped. */
export class Html {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type Value = string | number | Html | undefined | false | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Bytes that HTML does not allow would be shown as boxes, or end the page for some readers.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the bytes that are taken out
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const escaped = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');

export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((all, part, at) => `${all}${textOf(values[at - 1])}${part}`));
}

function textOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(textOf).join('');
  return escaped(String(value));
}

/** A part of the page, with a heading that the contents lead to. */
export const section = (id: string, title: string, lead: Value, ...body: readonly Value[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${
    lead ? html`<p class="lead">${lead}</p>` : undefined
  }${body}</section>`;

/** A table that scrolls by itself where there is no room for it. */
export const table = (label: string, heads: readonly Value[], rows: readonly (readonly Value[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${heads.map(
    (head) => html`<th scope="col">${head}</th>`,
  )}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
