// fhir-kit-client: the round of a referral. Prints what it saw as JSON.
import { Client } from 'fhir-kit-client';
import { world, say } from './world.mjs';

const client = new Client({ baseUrl: world.base, bearerToken: world.token });
const seen = (task) => ({ options: { headers: { 'If-Match': `W/"${task.meta.versionId}"` } } });
const id = (entry) => entry.resource.id;
const found = {};

const smart = await client.smartAuthMetadata();
found.tokenUrl = String(smart.tokenUrl);
found.fhirVersion = (await client.capabilityStatement()).fhirVersion;

const mine = { owner: `HealthcareService/${world.service}`, status: 'requested' };
const open = await client.search({ resourceType: 'Task', searchParams: mine });
found.open = open.entry.map(id);
const posted = await client.search({
  resourceType: 'Task', searchParams: mine, options: { postSearch: true },
});
found.openByPost = posted.entry.map(id);

const record = await client.search({
  resourceType: 'Task',
  searchParams: { _id: found.open.at(-1), _include: ['Task:patient', 'Task:focus'] },
});
found.included = record.entry.map((entry) => entry.resource.resourceType).sort();
const task = record.entry.find((entry) => entry.search.mode === 'match').resource;
found.task = task.id;
const child = await client.resolve({ reference: task.for.reference, context: record });
const requests = await client.search({
  resourceType: 'ServiceRequest',
  compartment: { resourceType: 'Patient', id: child.id },
});
found.ofTheChild = requests.entry.map((entry) => `ServiceRequest/${id(entry)}`);
found.focus = task.focus.reference;

const move = (from, jsonPatch) =>
  client.patch({ resourceType: 'Task', id: from.id, jsonPatch, ...seen(from) });
const status = (value) => ({ op: 'replace', path: '/status', value });
const accepted = await move(task, [status('accepted')]);
found.race = await move(task, [status('rejected')]).then(
  () => 'both won',
  (error) => error.response.status,
);
const started = await client.update({
  resourceType: 'Task', id: task.id, body: { ...accepted, status: 'in-progress' }, ...seen(accepted),
});
const output = [{ type: { text: 'Outcome' }, valueString: 'Talks in sentences.' }];
await move(started, [status('completed'), { op: 'add', path: '/output', value: output }]);
const history = await client.history({ resourceType: 'Task', id: task.id });
found.versions = history.entry.length;
const version = await client.vread({ resourceType: 'Task', id: task.id, version: '1' });
found.first = version.status;
const all = await client.history({ resourceType: 'Task' });
found.typeHistory = all.type;
found.valid = (
  await client.operation({ resourceType: 'Patient', name: '$validate', input: child })
).resourceType;

const watcher = new Client({ baseUrl: world.base, bearerToken: world.coordinator });
found.pages = [];
let page = await watcher.search({ resourceType: 'Task', searchParams: { _count: 100 } });
while (page) {
  found.pages.push(...page.entry.map(id));
  page = await watcher.nextPage({ bundle: page });
}
say(found);
