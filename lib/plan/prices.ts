/** When the list prices below were read, for whoever judges a figure by its age. */
export const pricesOf = 'May 2026';

export const hoursPerMonth = 730;

/** USD, on demand, without tax and discounts. */
export interface Prices {
  /** An hour of an instance of PostgreSQL in one zone. */
  readonly instanceHour: Readonly<Record<string, number>>;
  readonly gp3GibMonth: number;
  readonly natHour: number;
  /** For each endpoint and each zone. */
  readonly endpointHour: number;
}

/**
 * Only what could be confirmed is here. A region or a class that is missing gets a direction and no figure: a price
 * that is merely likely would be believed.
 */
export const prices: Readonly<Record<string, Prices>> = {
  'us-east-1': {
    instanceHour: {
      'db.t4g.micro': 0.016,
      'db.t4g.small': 0.032,
      'db.t4g.medium': 0.065,
      'db.m6g.large': 0.159,
    },
    gp3GibMonth: 0.115,
    natHour: 0.045,
    endpointHour: 0.01,
  },
};
