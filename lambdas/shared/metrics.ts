import { metricDimension, metricNamespace } from './contract';

export type Metrics = Readonly<Record<string, number>>;

/** CloudWatch's embedded metric format: a line of the log that becomes metrics without a call. */
export function metricLine(prefix: string, metrics: Metrics) {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name }));
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [[metricDimension]], Metrics }],
    },
    [metricDimension]: prefix,
    ...metrics,
  };
}

export const measuring =
  (prefix: string) =>
  (metrics: Metrics): void => {
    process.stdout.write(`${JSON.stringify(metricLine(prefix, metrics))}\n`);
  };
