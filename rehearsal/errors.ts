/** What a user can put right, or a limit of the rehearsal: shown as it is, without a stack. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
}
