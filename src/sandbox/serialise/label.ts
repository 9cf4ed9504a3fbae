import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** A label as lists, issues and webhooks show it. */
export function serialiseLabel(kernel: Kernel, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: kernel.urls.apiRepository(repository, `labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: label.color,
    default: label.isDefault,
    archived_at: null,
    archived_by: null,
    description: label.description,
  };
}
