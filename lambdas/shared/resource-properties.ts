import type { ResourceProperties, Server } from './contract';
import { object, text, wholeNumber } from './properties';

/** What every custom resource is given. */
export const common = {
  Prefix: text,
  Server: object<Server>({ Host: text, Port: wholeNumber, AdminSecret: text }),
  Database: text,
} satisfies Record<keyof ResourceProperties, unknown>;
