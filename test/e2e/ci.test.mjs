// What docs/ci.md promises to a CI: SARIF that its schema accepts, and steps
// that do what they say in a repository with a pull request.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, it} from 'node:test';

import Ajv from 'ajv';
import addFormats from 'ajv-formats';

import {cases, folder, polc, root} from './support/paths.mjs';

// The schema is of an older draft, which names itself differently; nothing else
// in it differs.
function sarifValidator() {
  const path = join(cases, 'sarif-schema-2.1.0.json');
  const {id, $schema, ...schema} = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(id.includes('2.1.0') && $schema.includes('draft-04'));
  const ajv = new Ajv({strict: false, allErrors: true});
  addFormats(ajv);
  return ajv.compile(schema);
}

const base = `policy shop for server "s";
catalog "shop.json";
allow small tool pay when args.amount <= 100;
`;
// With nothing left to say of it.
const clean = `${base}limit often = 10 per minute per grant on tool pay;
deny others "Agents only pay." tool deploy, read_file;
`;
const change = `policy shop for server "s";
catalog "shop.json";
allow small tool pay when args.amount <= 500;
allow never tool pay when args.amount < 50;
deny missing tool pya;
`;

// A clone with a branch that changes the policy of origin/main.
function pullRequest(t) {
  const at = folder(t);
  const git = (...args) => execFileSync('git', [
    '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args],
    {cwd: at, stdio: 'pipe', encoding: 'utf8'});
  git('init', '-q', '-b', 'main');
  mkdirSync(join(at, 'policies'));
  cpSync(join(cases, 'shop.json'), join(at, 'policies/shop.json'));
  writeFileSync(join(at, 'policies/shop.pol'), base);
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('checkout', '-q', '-b', 'topic');
  return at;
}

function step(at, command, more = {}) {
  const done = spawnSync('bash', ['-ec', command], {
    cwd: at, encoding: 'utf8',
    env: {
      ...process.env, ...more, CI: 'true', GITHUB_BASE_REF: 'main',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      GITHUB_STEP_SUMMARY: join(at, 'summary.md'),
      PATH: `${dirname(polc)}:${process.env.PATH}`,
    },
  });
  assert.ok(done.status !== null && done.status < 70, done.stderr);
  return done;
}

// Commands of the page that run polc, by the headings that they are under.
function commands(heading) {
  const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
  const section = page.split(/^## /m).find((s) => s.startsWith(heading));
  return [...section.matchAll(/^\s*-? ?(?:run:|entry:|-)? ?(polc .*)$/gm)]
      .map((match) => match[1]);
}

describe('in CI', () => {
  it('SARIF is what its schema accepts', (t) => {
    const validate = sarifValidator();
    const at = pullRequest(t);
    writeFileSync(join(at, 'policies/shop.pol'), change);
    const accepts = (...args) => {
      const done = spawnSync(polc, args, {cwd: at, encoding: 'utf8'});
      const log = JSON.parse(done.stdout);
      assert.ok(validate(log), JSON.stringify(validate.errors, null, 1));
      return log.runs[0].results;
    };
    assert.ok(accepts('check', '--format', 'sarif', 'policies').length >= 2);
    assert.ok(accepts('review', '--base', 'main', '--format', 'sarif',
                      'policies').length >= 2);
    writeFileSync(join(at, 'policies/shop.pol'), 'policy shop for');
    assert.ok(accepts('check', '--format', 'sarif', 'policies').length >= 1);
    writeFileSync(join(at, 'policies/shop.pol'), clean);
    assert.equal(accepts('check', '--format', 'sarif', 'policies').length, 0);
    // The validator can say no.
    assert.ok(!validate({version: '2.1.0', runs: [{results: 1}]}));
  });

  it('a workflow of GitHub annotates, uploads and reviews', (t) => {
    const at = pullRequest(t);
    writeFileSync(join(at, 'policies/shop.pol'), change);
    const [annotate, sarif, review, ...none] = commands('GitHub');
    assert.equal(none.length, 0);
    const annotated = step(at, annotate);
    assert.equal(annotated.status, 1);
    assert.match(annotated.stdout, /^::error file=policies\/shop\.pol,line=4,/m);
    assert.equal(step(at, sarif).status, 0);
    const log = JSON.parse(readFileSync(join(at, 'polc.sarif'), 'utf8'));
    assert.ok(log.runs[0].results.length >= 2);
    assert.equal(step(at, review).status, 1);
    const summary = readFileSync(join(at, 'summary.md'), 'utf8');
    assert.match(summary, /newly-allowed/);
    assert.match(summary, /args\.amount <= 500/);
  });

  it('a pipeline of GitLab reports tests and a review', (t) => {
    const at = pullRequest(t);
    writeFileSync(join(at, 'policies/shop.pol'), change);
    const [check, review, ...none] = commands('GitLab');
    assert.equal(none.length, 0);
    assert.equal(step(at, check).status, 1);
    assert.match(readFileSync(join(at, 'polc.xml'), 'utf8'), /<failure /);
    assert.equal(step(at, review).status, 1);
    assert.match(readFileSync(join(at, 'review.md'), 'utf8'), /newly-allowed/);
  });

  it('hooks before a commit stop it', (t) => {
    const at = pullRequest(t);
    const [check, fmt, ...none] = commands('pre-commit');
    assert.equal(none.length, 0);
    assert.equal(step(at, check).status, 0);
    assert.equal(step(at, `${fmt} policies/shop.pol`).status, 0);
    writeFileSync(join(at, 'policies/shop.pol'), change);
    assert.equal(step(at, check).status, 1);
    writeFileSync(join(at, 'policies/shop.pol'),
                  base.replace('allow small', 'allow    small'));
    assert.equal(step(at, `${fmt} policies/shop.pol`).status, 1);
  });

  it('a change that only narrows passes as one that widens nothing', (t) => {
    const at = pullRequest(t);
    writeFileSync(join(at, 'policies/shop.pol'), base.replace('100', '50'));
    const review = 'polc review --base origin/main --fail-on widened policies';
    const narrow = step(at, review);
    assert.equal(narrow.status, 0, narrow.stdout);
    assert.match(narrow.stdout, /nothing is more permitted than before/);
    writeFileSync(join(at, 'policies/shop.pol'), base.replace('100', '101'));
    assert.equal(step(at, review).status, 1);
    assert.ok(!existsSync(join(at, 'policies/.polc-blobs')));
  });
});
