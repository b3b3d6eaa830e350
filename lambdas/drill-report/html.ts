/** Text as HTML shows it, also inside of an attribute. */
export const escaped = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const when = (time: string) =>
  `<time datetime="${escaped(time)}">${escaped(time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))}</time>`;
