/** A seed that cannot be planted: it names somebody or something that is not there. */
export class SeedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SeedError';
  }
}
