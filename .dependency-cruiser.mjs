/** The arrows of docs/design.md. Each rule names what a folder may NOT import. */
const rule = (name, from, forbidden, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: forbidden },
});

const packages = '(^|node_modules/)';

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      // These two hold types only, so there is nothing to resolve.
      to: { couldNotResolve: true, pathNot: ['^@octokit/openapi-types$', '^@octokit/openapi-webhooks-types$'] },
    },
    rule('domain-is-pure', '^src/domain', ['^src/(?!domain)', `${packages}node_modules`, '^(node:|fs|path|os|http)'], 'no clock, no I/O, no packages'),
    { name: 'domain-has-no-core-modules', severity: 'error', from: { path: '^src/(domain|ports)' }, to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] } },
    rule('ports-know-only-the-domain', '^src/ports', '^src/(?!ports|domain)'),
    rule('usecases-know-ports-and-domain', '^src/usecases', '^src/(?!usecases|ports|domain)'),
    { name: 'usecases-have-no-packages', severity: 'error', from: { path: '^src/usecases' }, to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] } },
    rule('adapters-know-ports-and-domain', '^src/adapters', '^src/(?!adapters|ports|domain|process)'),
    {
      name: 'adapters-never-see-each-other',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    rule('process-knows-nothing', '^src/process', '^src/(?!process)'),
    rule('config-knows-the-domain', '^src/config', '^src/(?!config|domain)'),
    rule('edges-know-usecases', '^src/(app|web|cli)', '^src/(adapters|sandbox)'),
    rule('sandbox-knows-nothing-of-the-product', '^src/sandbox', '^src/(?!sandbox|process)'),
    rule('action-knows-compose', '^action', '^src/(?!compose)'),
    rule('nothing-imports-tests', '^(src|action)', '^(test|fixtures)'),
    {
      name: 'no-dev-dependencies-at-run-time',
      severity: 'error',
      from: { path: '^(src|action)', pathNot: '^action/build.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['\\.d\\.ts$', '(^|/)[.][^/]+', 'config\\.ts$', '^action/(main|build)', '^src/cli/', '^src/sandbox/main'] }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^action/dist' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
};
