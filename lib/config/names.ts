import type { Parser } from './fields';
import { reservedDatabases, reservedRoles, reservedWords } from './reserved';
import { also, matching, text } from './values';

/** Postgres cuts a longer name off without a word, and then two names may be one. */
const nameBytes = 63;

const tooLong = (name: string): string | undefined => {
  const bytes = Buffer.byteLength(name);
  return bytes > nameBytes ? `is ${bytes} bytes long; Postgres keeps ${nameBytes} of a name` : undefined;
};

const simple = /^[a-z][a-z0-9_]*$/;
const simpleRule = 'begins with a lower-case letter and has only lower-case letters, digits and underscores';

export const databaseName: Parser<string> = also(text, (name) => {
  if (tooLong(name)) return tooLong(name);
  if (!simple.test(name)) return `is not a database name; one ${simpleRule}`;
  if (reservedDatabases.has(name)) return 'is a database of the server itself or refused by RDS; take another name';
  if (reservedWords.has(name)) return 'is a reserved word of Postgres, which RDS refuses; take another name';
  return undefined;
});

export const roleName: Parser<string> = also(text, (name) => {
  if (tooLong(name)) return tooLong(name);
  if (!simple.test(name)) return `is not a role name; one ${simpleRule}`;
  if (/^(rds|pg)_/.test(name))
    return `begins with ${name.slice(0, name.indexOf('_') + 1)}, which is kept for the server`;
  if (reservedRoles.has(name)) return 'is a role name that RDS or Postgres keeps for itself; take another name';
  if (reservedWords.has(name)) return 'is a reserved word of Postgres; take another name';
  return undefined;
});

/** RDS takes 16 characters for its master user. */
export const adminName: Parser<string> = also(roleName, (name) =>
  name.length > 16 ? `is ${name.length} characters long; RDS takes 16 for its master user` : undefined,
);

const wordForm = /^[\p{L}_][\p{L}\p{N}_$]*$/u;
const wordRule = 'begins with a letter or underscore and has only letters, digits, underscores and dollar signs';

/** The name of a schema, a column, an index: taken as it stands, upper case included. */
export function sqlName(what: string): Parser<string> {
  return also(text, (name) => tooLong(name) ?? (wordForm.test(name) ? undefined : `is not ${what}; one ${wordRule}`));
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export const tableName: Parser<TableName> = (field) => {
  const value = text(field);
  if (value === undefined) return undefined;
  const [schema = '', name = '', ...more] = value.split('.');
  const long = tooLong(schema) ?? tooLong(name);
  if (!wordForm.test(schema) || !wordForm.test(name) || more.length > 0) {
    return field.refuse("is not a table with its schema; write it like 'public.documents'");
  }
  return long === undefined ? { schema, name } : field.refuse(`has a part that ${long}`);
};

/**
 * The longest names that follow `<project>-<environment>` are a bucket's, `-dumps-<account>-<region>`: 7 + 12 + 1 + 14
 * characters, and S3 takes 63, as RDS does for an instance.
 */
export const longestPrefix = 63 - 34;

const hyphenated = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const hyphenatedRule =
  'begins with a lower-case letter and has only lower-case letters, digits and single hyphens between';

export const projectName: Parser<string> = also(
  matching(hyphenated, `is not a name; one ${hyphenatedRule}`),
  (name) => {
    if (/^(aws|ssm)/.test(name)) return 'begins with aws or ssm, which Parameter Store refuses';
    if (/^(sthree|amzn)-/.test(name)) return 'begins with sthree- or amzn-, which S3 keeps for itself';
    return undefined;
  },
);

export const environmentName: Parser<string> = matching(hyphenated, `is not a name; one ${hyphenatedRule}`);

export const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not a region; write it like 'ap-southeast-2'");

/** As a number it would lose its leading zeros. */
export const account = matching(/^\d{12}$/, 'is not an account; write its twelve digits in quotes');

/** SSM: up to 15 levels, 1,011 characters, and nothing of its own. `{env}` stands for the environment's name. */
export function parameterName(environment: string): Parser<string> {
  return also(text, (written) => {
    const name = written.replaceAll('{env}', environment);
    if (!/^(\/[A-Za-z0-9_.-]+)+$/.test(name)) {
      return "is not a parameter name; it begins with / and has letters, digits, '_', '.', '-', '/' and {env}";
    }
    if (/^\/(aws|ssm)/i.test(name)) return 'begins with aws or ssm, which Parameter Store keeps for itself';
    const levels = name.split('/').length - 1;
    if (levels > 15) return `has ${levels} levels; Parameter Store takes 15`;
    return name.length > 1011 ? `is ${name.length} characters long; Parameter Store takes 1011` : undefined;
  });
}
