/** Text as HTML shows it, also inside of an attribute. */
export const escaped = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
