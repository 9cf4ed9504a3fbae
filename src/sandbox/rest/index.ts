import type { Route } from '../route.ts';
import { appRoutes } from './app.ts';
import { artifactRoutes } from './artifact.ts';
import { assigneeRoutes } from './assignee.ts';
import { issueCommentRoutes } from './issue-comment.ts';
import { issueEventRoutes } from './issue-event.ts';
import { issueRoutes } from './issue.ts';
import { issueLabelRoutes, labelRoutes } from './label.ts';
import { reactionRoutes } from './reaction.ts';
import { activityRoutes } from './activity.ts';
import { checkRunRoutes, checkSuiteRoutes } from './check.ts';
import { secretRoutes } from './secret.ts';
import { statusRoutes } from './status.ts';
import { deploymentRoutes } from './deployment.ts';
import { environmentRoutes } from './environment.ts';
import { environmentRefRoutes } from './environment-ref.ts';
import { environmentRuleRoutes } from './environment-rule.ts';
import { variableRoutes } from './variable.ts';
import { branchRoutes } from './branch.ts';
import { collaboratorRoutes } from './collaborator.ts';
import { commitRoutes } from './commit.ts';
import { contentRoutes } from './content.ts';
import { forkRoutes } from './fork.ts';
import { gitObjectRoutes } from './git-object.ts';
import { gitRefRoutes } from './git-ref.ts';
import { gitTreeRoutes } from './git-tree.ts';
import { hookDeliveryRoutes } from './hook-delivery.ts';
import { installationRoutes } from './installation.ts';
import { organizationRoutes } from './organization.ts';
import { protectionRoutes } from './protection.ts';
import { pullRoutes } from './pull.ts';
import { reviewRoutes } from './review.ts';
import { repositoryRoutes } from './repository.ts';
import { rulesetRoutes } from './ruleset.ts';
import { teamRoutes } from './team.ts';
import { userRoutes } from './user.ts';
import { workflowGateRoutes } from './workflow-gate.ts';
import { workflowJobRoutes, workflowRoutes, workflowRunRoutes } from './workflow.ts';

/** Every REST route of the sandbox; a new route file is one more row. */
export const ROUTES: Route[] = [
  ...userRoutes,
  ...organizationRoutes,
  ...teamRoutes,
  ...repositoryRoutes,
  ...forkRoutes,
  ...collaboratorRoutes,
  ...gitObjectRoutes,
  ...gitRefRoutes,
  ...gitTreeRoutes,
  ...contentRoutes,
  ...branchRoutes,
  ...protectionRoutes,
  ...rulesetRoutes,
  ...commitRoutes,
  ...variableRoutes,
  ...secretRoutes,
  ...environmentRoutes,
  ...environmentRefRoutes,
  ...environmentRuleRoutes,
  ...deploymentRoutes,
  ...statusRoutes,
  ...checkRunRoutes,
  ...checkSuiteRoutes,
  ...activityRoutes,
  ...reactionRoutes,
  ...issueLabelRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...issueEventRoutes,
  ...issueCommentRoutes,
  ...assigneeRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...appRoutes,
  ...installationRoutes,
  ...hookDeliveryRoutes,
  ...workflowRoutes,
  ...workflowRunRoutes,
  ...artifactRoutes,
  ...workflowJobRoutes,
  ...workflowGateRoutes,
];
