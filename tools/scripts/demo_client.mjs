// The live part of `tools/dev demo`: the official SDK's client talks to the
// official filesystem server, with polc-shim and examples/filesystem between
// them. Prints what happens, and exits 1 if anything else does.
import {mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const packages = createRequire(join(root, 'test/e2e/package.json'));
const load = (name) => import(pathToFileURL(packages.resolve(name)));
const {Client} = await load('@modelcontextprotocol/sdk/client/index.js');
const {StdioClientTransport} =
    await load('@modelcontextprotocol/sdk/client/stdio.js');

const folder = join(root, 'build/demo');
const project = join(folder, 'project');
const policy = join(folder, 'policy');
const audit = join(folder, 'audit.jsonl');
const serverProgram = join(
    root,
    'test/e2e/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');

function expect(condition, what) {
  if (condition) return;
  console.error(`demo: expected ${what}`);
  process.exit(1);
}

// A small project, and the example's policy about it.
function setUp() {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(join(project, 'secrets'), {recursive: true});
  mkdirSync(policy);
  writeFileSync(join(project, 'README.md'), '# A project of the demo\n');
  writeFileSync(join(project, 'secrets/token.txt'), 'not for agents\n');
  const example = join(root, 'examples/filesystem');
  const text = readFileSync(join(example, 'filesystem.pol'), 'utf8');
  writeFileSync(join(policy, 'filesystem.pol'),
                text.replaceAll('/srv/project', realpathSync(project)));
  writeFileSync(join(policy, 'server-filesystem.json'),
                readFileSync(join(example, 'server-filesystem.json')));
}

async function connect(command) {
  const client = new Client({name: 'polc-demo', version: '1'});
  await client.connect(new StdioClientTransport(
      {command: command[0], args: command.slice(1), stderr: 'ignore'}));
  return client;
}

async function call(client, name, path, more = {}) {
  const args = {path: join(realpathSync(project), path), ...more};
  const result = await client.callTool({name, arguments: args});
  const text = result.content[0].text.trim();
  console.log(`  ${name} ${path}`);
  console.log(`    ${result.isError ? 'refused' : 'answered'}: ${
      text.split('\n').join('\n             ')}`);
  return {text, refused: result.isError === true};
}

setUp();
const server = [process.execPath, serverProgram, realpathSync(project)];
const plain = await connect(server);
const all = (await plain.listTools()).tools;
await plain.close();

const client = await connect([
  join(root, 'build/release/bin/polc-shim'), '--policy', policy, '--grant',
  'demo', '--state', `sqlite:${join(folder, 'state.db')}`, '--audit', audit,
  '--', ...server
]);
const listed = (await client.listTools()).tools;
console.log(`The server has ${all.length} tools; the agent sees ${
    listed.length}:`);
console.log(`  ${listed.map((tool) => tool.name).join(', ')}`);
expect(listed.length > 0 && listed.length < all.length, 'a filtered list');
expect(!listed.some((tool) => tool.name === 'move_file'), 'no move_file');

console.log('\nAllowed:');
const allowed = await call(client, 'read_text_file', 'README.md');
expect(!allowed.refused && allowed.text.includes('A project'), 'the file');

console.log('\nDenied, with its reason:');
const denied = await call(client, 'read_text_file', 'secrets/token.txt');
expect(denied.refused && denied.text.includes('no_secrets') &&
           !denied.text.includes('not for agents'),
       'a denial by no_secrets');

console.log('\nOver its limit (3 saves an hour):');
let over;
for (let i = 1; i <= 4; ++i) {
  over = await call(client, 'write_file', `note${i}.txt`, {content: 'hello\n'});
  // An hour that ends just now starts a new count.
  expect(i === 4 || !over.refused, 'a save within the limit');
}
expect(over.refused && over.text.includes('saves'), 'the limit to hold');
await client.close();

console.log('\nThe audit log (each line holds the hash of the one before):');
const lines = readFileSync(audit, 'utf8').trim().split('\n');
for (const line of lines) {
  const record = JSON.parse(line);
  console.log(`  ${record.time}  ${record.decision.padEnd(5)}  ${
      (record.tool ?? '').padEnd(14)}  ${
      (record.rule ?? record.by ?? '').padEnd(24)}  ${
      (record.prev ?? '').slice(0, 12)}`);
}
console.log(`\nThe last line in full:\n${lines.at(-1)}`);
expect(lines.length >= 6, 'six decisions in the audit log');
