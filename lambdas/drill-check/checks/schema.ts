import { compareVersions } from '../../extensions/versions';
import { unifiedDiff } from '../../migrations/schema/diff';
import { renderSchema } from '../../migrations/schema/render';
import { bodyOf } from '../../migrations/verify';
import { listed, type Reading, type ReadingCheck, sameLedger, sentences } from '../check';

/** The schema against what it was by the copy's own books, and against the file that is deployed. */
export const schema: ReadingCheck = {
  name: 'schema',
  title: 'The schema is the one that was backed up, and the one that is deployed',
  expected: 'The fingerprint of the last manifest with the same migrations, and the text of sql/schema.sql.',
  run: async ({ session, input, project, now, manifests }) => {
    const ignoreIndexes = Object.keys(input.Expected.VectorIndexes);
    const then = manifests.findLast((each) => sameLedger(now, each));
    const same = then === undefined ? undefined : then.schemaFingerprint === now.schemaFingerprint;
    const { text } = await renderSchema(session, { ignoreIndexes, inTransaction: true });
    const drift =
      project.schema === null
        ? undefined
        : unifiedDiff(bodyOf(project.schema), text, { from: 'sql/schema.sql', to: 'the copy' });
    const found = [
      same === undefined
        ? 'No manifest has the same migrations.'
        : `${same ? 'As' : 'Not as'} in the manifest of ${then?.at}.`,
      drift === undefined
        ? 'There is no sql/schema.sql to compare it with.'
        : drift === ''
          ? 'As in sql/schema.sql.'
          : 'Not as in sql/schema.sql.',
    ];
    const compared = same !== undefined || drift !== undefined;
    return {
      passed: same !== false && (drift ?? '') === '',
      found: found.join(' '),
      ...(!compared && { warning: 'There was nothing to compare the schema with.' }),
      evidence: {
        Fingerprint: now.schemaFingerprint,
        ...(then && { Manifest: { At: then.at, Fingerprint: then.schemaFingerprint } }),
        ...(drift && { Difference: drift.slice(0, 20_000) }),
      },
    };
  },
};

/** What is declared, and what was there before. */
export const extensions = ({ input }: Pick<Reading, 'input'>): ReadingCheck => ({
  name: 'extensions',
  title: 'The extensions are there, at their versions',
  expected: `${listed(Object.keys(input.Expected.Extensions)) || 'None'} as declared, and all that the last manifest names.`,
  run: async ({ now, manifests }) => {
    const problems: string[] = [];
    const warnings: string[] = [];
    for (const [name, { version, minimum, warnBelow }] of Object.entries(input.Expected.Extensions)) {
      const found = now.extensions[name];
      const older = (than: string | undefined) =>
        found !== undefined && than !== undefined && compareVersions(found, than) < 0;
      if (found === undefined) problems.push(`${name} is missing.`);
      else if (version !== undefined && found !== version) problems.push(`${name} is ${found}, declared ${version}.`);
      if (older(minimum)) problems.push(`${name} is ${found}, below the minimum of ${minimum}.`);
      else if (older(warnBelow)) warnings.push(`${name} is ${found}; ${warnBelow} or newer is advised.`);
    }
    for (const [name, then] of Object.entries(manifests.at(-1)?.extensions ?? {})) {
      const found = now.extensions[name];
      if (found === undefined && input.Expected.Extensions[name] === undefined) {
        problems.push(`${name} is missing, and was there at ${then}.`);
      } else if (found !== undefined && compareVersions(found, then) < 0) {
        problems.push(`${name} is ${found}, and was ${then}.`);
      }
    }
    const all = Object.entries(now.extensions).map(([name, version]) => `${name} ${version}`);
    return {
      passed: problems.length === 0,
      found: problems.length === 0 ? `${listed(all)}.` : sentences(problems),
      ...(warnings.length > 0 && { warning: sentences(warnings) }),
      evidence: { Extensions: now.extensions },
    };
  },
});
