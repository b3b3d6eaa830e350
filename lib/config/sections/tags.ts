import { type Parser, record } from '../fields';
import { also, text } from '../values';

const taken = /^[\p{L}\p{N} _.:/=+@-]*$/u;
const takenRule = 'has characters that AWS does not take in tags; it takes letters, digits, spaces and _ . : / = + - @';

const tagPart = (most: number) =>
  also(text, (part) => {
    if (part.length > most) return `is ${part.length} characters long; AWS takes ${most}`;
    return taken.test(part) ? undefined : takenRule;
  });

const key = also(tagPart(128), (name) =>
  /^aws:/i.test(name) ? 'begins with aws:, which AWS keeps for itself' : undefined,
);

/** AWS takes 50 tags a resource; ten are left for our own and for those of CloudFormation. */
export const tags: Parser<Readonly<Record<string, string>>> = (field) => {
  const parsed = record<string>(key, tagPart(256))(field);
  const count = Object.keys(parsed ?? {}).length;
  return count > 40 ? field.complain(`has ${count} tags; up to 40 leave room for our own among the 50 of AWS`) : parsed;
};
