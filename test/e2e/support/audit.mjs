// Reads an audit log the way an auditor would, without polc: every line is one
// JSON object and holds the SHA-256 of the line before it.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';

export function readAudit(file) {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'), 'the last line is whole');
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

// Checks the chain and returns the records.
export function verifyAudit(file) {
  const records = readAudit(file);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  lines.forEach((line, i) => {
    assert.equal(records[i].v, 1, `line ${i + 1} has its version`);
    const want = i === 0 ?
        '0'.repeat(64) :
        createHash('sha256').update(lines[i - 1]).digest('hex');
    assert.equal(records[i].prev, want,
                 `line ${i + 1} holds the hash of the line before it`);
  });
  return records;
}
