import { kindDimension, metricDimension, metricNamespace } from './contract';

export type Metrics = Readonly<Record<string, number>>;

/**
 * CloudWatch's embedded metric format: a line of the log that becomes metrics without a call. With a kind they are counted
 * once for the environment and once for that kind of it.
 */
export function metricLine(prefix: string, metrics: Metrics, kind?: string) {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name }));
  const Dimensions = [[metricDimension], ...(kind === undefined ? [] : [[metricDimension, kindDimension]])];
  return {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions, Metrics }] },
    [metricDimension]: prefix,
    ...(kind !== undefined && { [kindDimension]: kind }),
    ...metrics,
  };
}

export const measuring =
  (prefix: string) =>
  (metrics: Metrics, kind?: string): void => {
    process.stdout.write(`${JSON.stringify(metricLine(prefix, metrics, kind))}\n`);
  };
