// dependency-cruiser reads TypeScript through the compiler's JavaScript API, which TypeScript 7 does not have yet.
// It gets version 6 under another name; everything else goes on with 7.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isAsked = specifier === 'typescript' || specifier.startsWith('typescript/');
    return next(isAsked ? specifier.replace('typescript', 'typescript-api') : specifier, context);
  },
});
