import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { LambdaContext } from '../shared/custom-resource';
import { sentenceOf } from '../shared/failure';
import { log } from '../shared/log';
import { metricLine } from '../shared/metrics';
import { flag, object } from '../shared/properties';
import { beat, writeManifest } from './beat';
import { type HeartbeatEvent, type HeartbeatResult, heartbeatMetric, heartbeatVariable } from './contract';
import { parseSettings } from './settings';

// To write the manifest down and to answer, before Lambda ends the process.
const reserveMs = 15_000;

const session = { applicationName: 'plinth heartbeat', statementTimeoutMs: 60_000, lockTimeoutMs: 5_000 };

/** One heartbeat, and on request a manifest. A failure is one sentence, and the metric is then missing. */
export const heartbeatFunction =
  (seams: DatabaseSeams, settingsText = process.env[heartbeatVariable]) =>
  async (event: unknown, context: LambdaContext): Promise<HeartbeatResult> => {
    try {
      const { manifest } = object<HeartbeatEvent>({ manifest: flag })(event, '');
      const settings = parseSettings(settingsText);
      const until = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
      return await asAdmin(
        seams,
        settings.Server,
        session,
      )(settings.Database, async (open) => {
        const result = await beat(open, settings);
        // At once: a manifest that fails must not hide that the database is alive.
        log('INFO', 'The database is alive.', { ...metricLine(settings.Prefix, { [heartbeatMetric]: 1 }), ...result });
        if (!manifest) return result;
        const Manifest = await writeManifest(open, settings, until);
        log(Manifest.Incomplete.length > 0 ? 'WARN' : 'INFO', 'The manifest is written.', { ...Manifest });
        return { ...result, Manifest };
      });
    } catch (error) {
      const { message, stack } = error as Error;
      log('ERROR', 'The heartbeat failed.', { error: message, stack });
      throw new Error(sentenceOf(error));
    }
  };
