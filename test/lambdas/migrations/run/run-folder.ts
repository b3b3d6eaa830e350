import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { parentVariable } from '../../../../postgres/run-folder';

/** A folder that goes with the test run. */
export const newRunFolder = (prefix: string) => mkdtempSync(join(process.env[parentVariable] ?? '', prefix));
