/* Runs the file of vectors (tests/proofs/vectors.py) through the modules of the verifier's page; gives, for each, the
   code for which it is refused, or the verdict as Python tells it. `noble`: as on a phone without Ed25519. */
async ({ file, base, noble }) => {
  if (noble) {
    const own = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, key, kind, ...rest) =>
      kind === "Ed25519" ? Promise.reject(new DOMException("none", "NotSupportedError")) : own(format, key, kind, ...rest);
  }
  const load = (name) => import(`${base}/proofs/${name}.js`);
  const [{ unpacked }, { readKey }, { readJson }, trusts, statusLists, { verify }, { verifyLogged }, { unsqueezed }] = await Promise.all(
    ["bytes", "keys", "json", "trust", "status_list", "verifying", "logged", "squeezed"].map(load),
  );
  const read = (value) => readJson(new TextEncoder().encode(JSON.stringify(value)));
  const roots = await Promise.all(read(file.roots.keys).map(readKey));
  const trust = await trusts.opened(file.trust, roots, file.now);
  const logTrust = await trusts.opened(file.log.trust, roots, file.log.now);
  const coded = (told) => ({ ...told, notChecked: told.notChecked.map(({ code, values }) => [code, values.days ?? null]) });
  const statuses = {};
  for (const [name, tokens] of Object.entries(file.statuses)) {
    statuses[name] = await Promise.all(tokens.map((token) => statusLists.opened(token, trust)));
  }
  const acts = {
    verify: async ({ proof, statuses: name, asked, now }) => {
      const { statusList, ...told } = await verify(await unsqueezed(proof), trust, now, statuses[name], asked);
      return coded(told);
    },
    logged: async ({ proof }) => coded(await verifyLogged(await unsqueezed(proof), logTrust, file.log.now)),
    trust: async ({ proof }) => ({ number: (await trusts.opened(proof, roots, file.now, trust)).number }),
    status: async ({ proof }) => ({ address: (await statusLists.opened(proof, trust)).address }),
  };
  const results = [];
  for (const vector of file.vectors) {
    const proof = vector.proof.text ?? unpacked(vector.proof.bytes);
    results.push(await acts[vector.act]({ ...vector, proof }).catch((problem) => problem.code ?? `${problem.name}: ${problem.message}`));
  }
  return results;
}
