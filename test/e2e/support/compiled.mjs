// Policies compiled ahead of time.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';

import {folder, polc} from './paths.mjs';

// The library that `polc build` makes of the policies; removed when the test
// `t` ends.
export function compiled(t, policies, ...options) {
  const file = join(folder(t), 'policy.so');
  const done = spawnSync(polc, ['build', policies, '-o', file, ...options],
                         {encoding: 'utf8'});
  if (done.status !== 0) throw new Error(`polc build: ${done.stderr}`);
  return file;
}
