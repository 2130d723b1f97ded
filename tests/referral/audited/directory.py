"""The routes of SCIM, which no demo system may walk: tests/referral/scim_api looks what they
leave in the audit."""

OF_A_DIRECTORY = {
    "GET /scim/v2/ServiceProviderConfig": "describes the service",
    "GET /scim/v2/ResourceTypes": "describes the service",
    "GET /scim/v2/ResourceTypes/{name}": "describes the service",
    "GET /scim/v2/Schemas": "describes the service",
    "GET /scim/v2/Schemas/{name}": "describes the service",
    "POST /scim/v2/Users": "person-joined or person-returned",
    "GET /scim/v2/Users": "people-listed",
    "GET /scim/v2/Users/{id}": "person-read",
    "PUT /scim/v2/Users/{id}": "person-read, person-changed and others",
    "PATCH /scim/v2/Users/{id}": "person-read, person-changed and others",
    "DELETE /scim/v2/Users/{id}": "person-read, person-left, person-removed",
}
