'use strict';
// Lists projects the way the extension does in VS Code, and prints what happened as one line of JSON.
// VS Code replaces the request functions of Node: they drop the agent of the caller, keep its `ca`, and go where the proxy
// settings say (@vscode/proxy-agent, proxySupport "override").
const http = require('node:http');
const https = require('node:https');

let requests = 0;
for (const module of [http, https]) {
  const { request } = module;
  module.request = ({ agent, ...options }, onAnswer) => {
    requests++;
    return request({ ...options, ca: agent?.options?.ca ?? options.ca }, onAnswer);
  };
}

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
