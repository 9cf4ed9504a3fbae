import type { Home } from '../domain/text/message/render.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { Analyzer } from '../ports/analyzer.ts';
import type { Checks } from '../ports/checks.ts';
import type { Clock, Pause } from '../ports/clock.ts';
import type { Configuration } from '../ports/configuration.ts';
import type { Deployer } from '../ports/deployer.ts';
import type { ConflictPulls, Deployments, Issues, Members, Observer, Workflows } from '../ports/github.ts';
import type { FreezeVariables } from '../ports/freeze-variables.ts';
import type { Http } from '../ports/http.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { MigrationReader } from '../ports/migration-reader.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { ProtectionRules } from '../ports/protection-rules.ts';
import type { RepositorySetup } from '../ports/repository-setup.ts';
import type { Repository } from '../ports/repository.ts';
import type { Bookkeeping } from './bookkeeping.ts';

/** Every way to the outside that a use case may take, for one repository. */
export interface Context {
  readonly ledger: Ledger;
  readonly observer: Observer;
  readonly members: Members;
  readonly issues: Issues;
  readonly alerts: Alerts;
  readonly deployments: Deployments;
  readonly conflictPulls: ConflictPulls;
  readonly workflows: Workflows;
  readonly setup: Pick<RepositorySetup, 'guards' | 'self'>;
  readonly checks: Checks;
  readonly protectionRules: ProtectionRules;
  readonly repository: Repository;
  readonly deployer: Deployer;
  readonly metrics: Metrics;
  readonly http: Http;
  readonly analyzer: Analyzer;
  readonly migrations: MigrationReader;
  readonly freezeVariables: FreezeVariables;
  readonly notifier: Notifier;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
  /** SHA-256, hexadecimal. */
  readonly hash: (text: string) => string;
  /** The repository, as people know it. */
  readonly home: Home;
  /** What this process has done and not yet written down. */
  readonly bookkeeping: Bookkeeping;
}
