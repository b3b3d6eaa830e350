/** A column of a table that holds a time. */
export interface TimeColumn {
  readonly name: string;
  /** With time zone; one without is taken for UTC, as the clock of RDS is. */
  readonly zoned: boolean;
  readonly default: string | null;
  /** Whether an index begins with it, so that its greatest value is found without reading the table. */
  readonly indexed: boolean;
}

export interface ChosenColumn extends TimeColumn {
  readonly by: 'config' | 'default' | 'name';
}

// Nothing may be added to it: now() + '1 day' is an expiry.
const clock =
  /^\(*(now\(\)|CURRENT_TIMESTAMP(\(\d\))?|LOCALTIMESTAMP(\(\d\))?|(clock|statement|transaction)_timestamp\(\))( AT TIME ZONE '[^']*'(::text)?)?\)*(::[a-z ]+)?$/i;
const usual = /^(created|inserted|recorded|occurred|received|sent|logged|updated|modified)(_?(at|on|time))?$/i;

/**
 * The column that tells when a row was made. A column that merely holds a time may be of the future, as an expiry is, so
 * one is taken only when the config names it, when its default is the server's clock, or when its name says so.
 */
export function chooseColumn(
  columns: readonly TimeColumn[],
  configured: string | undefined,
): ChosenColumn | 'unknown' | undefined {
  if (configured !== undefined) {
    const named = columns.find(({ name }) => name === configured);
    return named === undefined ? 'unknown' : { ...named, by: 'config' };
  }
  const byDefault = columns.filter((column) => clock.test(column.default ?? ''));
  // Of created_at and updated_at both will do, and the one with an index costs nothing.
  const first = byDefault.find(({ indexed }) => indexed) ?? byDefault[0];
  if (first) return { ...first, by: 'default' };
  const byName = columns.filter(({ name }) => usual.test(name));
  const second = byName.find(({ indexed }) => indexed) ?? byName[0];
  return second && { ...second, by: 'name' };
}
