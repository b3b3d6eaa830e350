/** What ends a synth for a reason that the person at the terminal can act on: shown without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
