/** Issues in which this system tells the admins of what nobody should have done. */
export interface Alerts {
  /**
   * Opens the issue of an alert and gives its number. One that this system opened before for the same key, open or
   * closed, is found again instead.
   *
   * An assignee who cannot be assigned is left out.
   */
  open(alert: {
    readonly key: string;
    readonly title: string;
    readonly body: string;
    readonly label: string;
    readonly assignees: readonly string[];
  }): Promise<number>;
}
