from authz_server.demo.preparing import Prepared
from authz_server.oidc import clients, resources
from keys.storage import Database


def test_each_service_provider_is_a_client_and_a_resource_of_one_sector(
    prepared: Prepared, demo_database: Database
) -> None:
    with demo_database.reading() as db:
        registered = {client.client_id: client for client in clients.every(db)}
        apis = {resource.uri: resource for resource in resources.every(db)}

    for own in (prepared.desk, prepared.insurer):
        client, api = registered[own.client_id], apis[own.resource]
        assert client.metadata["sector"] == api.metadata["sector"]
        assert set(client.representation_services) == set(api.services)
        assert own.redirect_uri in client.metadata["redirect_uris"]


def test_the_two_are_of_different_sectors(prepared: Prepared, demo_database: Database) -> None:
    with demo_database.reading() as db:
        sectors = [client.metadata["sector"] for client in clients.every(db)]

    assert len(set(sectors)) == len(sectors) == 2


def test_who_was_given_a_permission_is_led_on_to_the_demo_websites(
    prepared: Prepared, demo_database: Database
) -> None:
    with demo_database.reading() as db:
        pages = {client.client_id: client.link("client_uri", "nl") for client in clients.every(db)}

    assert {own.client_id: f"{own.origin}/" for own in (prepared.desk, prepared.insurer)} == pages


def test_no_secret_shows_in_a_registration(prepared: Prepared) -> None:
    for own in (prepared.desk, prepared.insurer):
        assert own.resource_secret not in repr(own)
