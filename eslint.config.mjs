import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The seams of docs/architecture.md, "Import rules"; test/services/boundaries.test.ts checks the same by text. */
const editor = {
  name: 'vscode',
  message: 'Only src/extension.ts, src/tree, src/webviews and src/workbench know the editor.',
};
const noEditorAdapters = {
  regex: '^(\\.\\./|\\./)+(tree|webviews|workbench|extension)(/|\\.js$)',
  message: 'Code without an editor must not reach into the editor adapters.',
};
const noSandbox = {
  regex: '^(\\.\\./|\\./)+sandbox/',
  message: 'The sandbox is a program of its own; start it as a process.',
};
const noHeadless = {
  regex: '^(\\.\\./|\\./)+(headless/|gateway\\.js$)',
  message: 'The command line is a program of its own; shared code belongs in src/services.',
};

const noPrograms = {
  regex: '^(\\.\\./)+(?!(\\.\\./)*(contract\\.js$|shared/(app/|contract\\.js$)))',
  message: 'A page runs in a browser: it knows its own files, those that pages share, and the contracts.',
};

const restrict = (...patterns) => ({
  'no-restricted-imports': ['error', { paths: [editor], patterns }],
});

const noConsole = {
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'exit', message: 'Throw; the program decides how it ends.' },
  ],
};

export default defineConfig(
  globalIgnores([
    'dist/',
    'out-test/',
    'test-results/',
    '.vscode-env/',
    '.vscode-test/',
    '.demo/',
    'src/services/dicom/generated/',
    'test/**/fixtures/**',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        URL: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        performance: 'readonly',
        process: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The compiler reports unused names already, and interface methods are often async without awaiting.
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      // DICOM values contain control characters by design.
      'no-control-regex': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
        {
          selector: 'ExportAllDeclaration',
          message: 'No barrel files: import from the file that defines it.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // describe() and it() take async functions whose promise mocha awaits; assertions narrow less than code does.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: ['describe', 'it', 'test'] },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/services/**/*.ts'],
    rules: { ...restrict(noEditorAdapters, noSandbox, noHeadless), ...noConsole },
  },
  {
    files: ['src/headless/**/*.ts', 'src/gateway.ts'],
    rules: {
      ...restrict(noEditorAdapters),
      // The sandbox bundle is loaded when asked for; only the shape of what it gives is known here.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ ...noSandbox, allowTypeImports: true }] },
      ],
    },
  },
  { files: ['src/sandbox/**/*.ts'], rules: restrict(noEditorAdapters, noHeadless) },
  {
    files: ['src/extension.ts', 'src/tree/**/*.ts', 'src/workbench/**/*.ts', 'src/webviews/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [noSandbox, noHeadless] }], ...noConsole },
  },
  {
    files: ['src/webviews/*/app/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [editor], patterns: [noPrograms, noSandbox, noHeadless] }],
    },
  },
  prettier,
);
