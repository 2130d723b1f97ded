// @medplum/core: the round of a referral. Prints what it saw as JSON.
import { world, say } from './world.mjs';
import { MedplumClient } from '@medplum/core';

const options = { baseUrl: world.url, fhirUrlPath: 'fhir/', tokenUrl: 'oauth/token', cacheTime: 0 };
const as = (accessToken) => new MedplumClient({ ...options, accessToken });
const client = as(world.token);
const seen = (task) => ({ headers: { 'If-Match': `W/"${task.meta.versionId}"` }, maxRetries: 0 });
const found = {};

const mine = { owner: `HealthcareService/${world.service}`, status: 'requested' };
const open = await client.searchResources('Task', mine);
found.open = open.map((task) => task.id);
found.total = (await client.search('Task', { ...mine, _total: 'accurate', _count: '1' })).total;

const record = await client.search('Task', [
  ['_id', found.open.at(-1)],
  ['_include', 'Task:patient'],
  ['_include', 'Task:focus'],
]);
found.included = record.entry.map((entry) => entry.resource.resourceType).sort();
const task = record.entry.find((entry) => entry.search.mode === 'match').resource;
found.task = task.id;

const status = (value) => ({ op: 'replace', path: '/status', value });
const accepted = await client.patchResource('Task', task.id, [status('accepted')], seen(task));
found.race = await client
  .patchResource('Task', task.id, [status('rejected')], seen(task))
  .then(() => 'both won', (error) => error.outcome.issue[0].code);
const started = await client.updateResource({ ...accepted, status: 'in-progress' }, seen(accepted));
const output = [{ type: { text: 'Outcome' }, valueString: 'Talks in sentences.' }];
await client.updateResource({ ...started, status: 'completed', output }, seen(started));
found.versions = (await client.readHistory('Task', task.id)).entry.length;
found.first = (await client.readVersion('Task', task.id, '1')).status;
const everything = await client.readPatientEverything(task.for.reference.split('/')[1]);
found.everything = [...new Set(everything.entry.map((entry) => entry.resource.resourceType))];

const nursery = as(world.nursery);
const child = {
  resourceType: 'Patient',
  identifier: [{ system: 'https://acorn.example/children', value: world.mark }],
  name: [{ family: 'Ash', given: ['Ro'] }],
  birthDate: '2022-03-04',
  gender: 'female',
};
const query = `identifier=https://acorn.example/children|${world.mark}`;
const first = await nursery.createResourceIfNoneExist(child, query);
const again = await nursery.createResourceIfNoneExist(child, query);
found.isOne = first.id === again.id;
const changed = await nursery.upsertResource({ ...child, gender: 'unknown' }, query);
found.isChanged = changed.id === first.id && changed.gender === 'unknown';

found.pages = [];
for await (const page of as(world.coordinator).searchResourcePages('Task', { _count: '100' })) {
  found.pages.push(...page.map((one) => one.id));
}
say(found);
