// The hostile cases of test/cases/hostile.jsonl as bytes on the wire.
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {cases} from './paths.mjs';

// A `gen` is a Python expression; one Python evaluates them all.
const GENERATE = `
import base64, json, sys
for line in sys.stdin:
    value = eval(line)
    data = value.encode() if isinstance(value, str) else value
    print(base64.b64encode(data).decode())
`;

function generate(expressions) {
  const done = spawnSync('python3', ['-c', GENERATE], {
    input: expressions.map((e) => e.replaceAll('\n', ' ') + '\n').join(''),
    maxBuffer: 1 << 30,
    encoding: 'latin1',
  });
  if (done.status !== 0) throw new Error(`python3: ${done.stderr}`);
  const lines = done.stdout.split('\n').slice(0, -1);
  return lines.map((line) => Buffer.from(line, 'base64'));
}

// What a case writes, without the end of the line; null if it is a scenario.
function bytes(one) {
  if (one.input_b64 !== undefined) return Buffer.from(one.input_b64, 'base64');
  if (one.input === undefined) return null;
  if (one.layer === 'value') {
    // Some give the rule and the call; F1 has the rule.
    const {call} = JSON.parse(one.input);
    if (call !== undefined) {
      return Buffer.from(JSON.stringify(
          {jsonrpc: '2.0', id: 1, method: 'tools/call', params: call}));
    }
  }
  return Buffer.from(one.input);
}

// The cases of these layers, each with its `bytes`.
export function hostileCases(layers) {
  const all = readFileSync(join(cases, 'hostile.jsonl'), 'utf8')
                  .split('\n')
                  .filter((line) => line !== '')
                  .map((line) => JSON.parse(line))
                  .filter((one) => layers.includes(one.layer));
  const generated = all.filter((one) => one.gen !== undefined);
  const outputs = generate(generated.map((one) => one.gen));
  generated.forEach((one, i) => one.bytes = outputs[i]);
  for (const one of all) one.bytes ??= bytes(one);
  return all;
}
