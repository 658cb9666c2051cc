'use strict';
// Lists projects the way the extension does in VS Code, and prints what happened as one line of JSON.
// VS Code hands extensions its own `http` and `https`: their request functions drop the agent of the caller, keep its `ca`,
// and go where the proxy settings say. Modules asked for as `node:http` and `node:https` are the plain ones.
const Module = require('node:module');

const loadPlain = Module._load;
let requests = 0;
Module._load = function load(name, ...rest) {
  const plain = loadPlain.call(this, name, ...rest);
  if (name !== 'http' && name !== 'https') return plain;
  const request = ({ agent, ...options }, onAnswer) => {
    requests++;
    return plain.request({ ...options, ca: agent?.options?.ca ?? options.ca }, onAnswer);
  };
  return { ...plain, request };
};

async function main() {
  const [bundle, connection] = process.argv.slice(2);
  const { createServices } = require(bundle);
  const services = createServices({ version: '0.0.0', stateFolder: '/nonexistent', logger: {} });
  const { url, ...trust } = JSON.parse(connection);
  const password = () => Promise.resolve('sandbox-alice');
  const archive = services.openArchive({ url, userName: 'alice', password, ...trust });
  const projects = await archive.listProjects();
  await archive.signOut();
  const shown = url.startsWith('https:') ? await services.probeCertificate(url) : undefined;
  console.log(JSON.stringify({ projects: projects.length, requests, fingerprint: shown?.fingerprint }));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.log(JSON.stringify({ error: error.code ?? String(error), requests }));
    process.exit(1);
  },
);
