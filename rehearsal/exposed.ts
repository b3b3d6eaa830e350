import type { Account } from './account';
import type { LocalCloud } from './cloud/cloud';
import { readable } from './services/bucket-encryption';

/** What people and services can read without a right to any secret, each text with where it stands. */
export function* exposed(
  account: Account,
  cloud: LocalCloud,
): Generator<readonly [text: string, where: string], void, undefined> {
  for (const { stack, logicalId, properties } of account.resources()) {
    yield [JSON.stringify(properties), `the properties of ${stack}/${logicalId}`];
  }
  for (const { name, outputs } of account.stacks.values()) {
    for (const [output, value] of outputs) yield [JSON.stringify(value), `the output ${output} of ${name}`];
  }
  for (const [parameter, value] of cloud.parameters.open()) yield [value, `the parameter ${parameter}`];
  for (const { topic, subject = '', text } of cloud.topics.messages) {
    yield [`${subject}\n${text}`, `a message to ${topic.split(':').at(-1)}`];
  }
  for (const bucket of cloud.buckets.buckets.values()) {
    for (const [key, versions] of bucket.objects) {
      for (const version of versions) {
        const where = `the object ${bucket.name}/${key}`;
        yield [JSON.stringify([version.headers, version.metadata, version.tags]), where];
        const body = version.marker ? undefined : readable(cloud.keys, version);
        if (body !== undefined) yield [body, where];
      }
    }
  }
}
