import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { ExtensionsProperties } from '../shared/contract';
import { customResource } from '../shared/custom-resource';
import { object, optional, record, text } from '../shared/properties';
import { common } from '../shared/resource-properties';
import type { DeclaredExtension } from './contract';
import { ensureExtensions } from './ensure';

const session = { applicationName: 'plinth extensions', lockTimeoutMs: 10_000 };

export const extensionsResource = (seams: DatabaseSeams) =>
  customResource<ExtensionsProperties>({
    name: 'extensions',
    properties: object<ExtensionsProperties>({
      ...common,
      Extensions: record(
        object<DeclaredExtension>({ version: optional(text), minimum: optional(text), warnBelow: optional(text) }),
      ),
    }),
    ensure: async ({ properties: { Server, Database, Extensions }, until, log }) => {
      const { extensions, warnings, summary } = await asAdmin(
        seams,
        Server,
        session,
      )(Database, (open) => ensureExtensions(open, { extensions: Extensions }, { until }));
      log('INFO', 'The extensions are as declared.', { summary });
      return {
        Versions: extensions.map(({ name, version }) => `${name} ${version}`).join(', ') || 'none',
        Warnings: warnings.join(' ') || 'none',
      };
    },
  });
