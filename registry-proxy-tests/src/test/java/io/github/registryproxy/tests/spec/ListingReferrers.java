package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** end-12. */
@Section("Listing Referrers")
interface ListingReferrers extends UnderTest {
    String SBOM = "application/vnd.example.sbom.v1";
    String SIGNATURE = "application/vnd.example.signature.v1+json";

    @Test
    default void referrers_are_an_index_with_a_descriptor_of_each() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content sbom = repository.attached(image, SBOM);
        Content signature = repository.attached(image, SIGNATURE);
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertEquals(Manifests.INDEX, answer.has("Content-Type"));
        assertEquals(2, answer.json().path("schemaVersion").asInt());
        assertEquals(Manifests.INDEX, answer.json().path("mediaType").asText());
        assertEquals(Set.of(sbom.digest(), signature.digest()), digests(answer));
        JsonNode descriptor = descriptor(answer, sbom);
        assertEquals(Manifests.IMAGE, descriptor.path("mediaType").asText());
        assertEquals(sbom.bytes().length, descriptor.path("size").asInt());
    }

    @Test
    default void nothing_that_refers_is_200_with_an_empty_list() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        for (String digest : List.of(image.digest(), Content.random(10).digest())) {
            Answer answer = repository.get("referrers/" + digest).is(200);
            assertEquals(Manifests.INDEX, answer.has("Content-Type"));
            assertTrue(answer.json().path("manifests").isArray(), answer::toString);
            assertEquals(Set.of(), digests(answer));
        }
    }

    @Test
    default void referrers_are_never_404() throws Exception {
        Answer answer =
                repository().get("referrers/" + Content.random(10).digest()).is(200);
        assertEquals(Set.of(), digests(answer));
    }

    @Test
    default void referrers_of_what_is_no_digest_are_400() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        for (String digest : List.of("1", "sha256:abc", "sha256:" + "G".repeat(64), "sha256")) {
            repository.get("referrers/" + digest).is(400);
        }
    }

    @Test
    default void a_descriptor_has_the_artifactType_of_its_manifest() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.attached(image, SBOM);
        Content index = repository.pushed(
                Manifests.index(List.of(), "\"artifactType\":\"" + SIGNATURE + "\"", Manifests.subject(image)));
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertEquals(SBOM, descriptor(answer, artifact).path("artifactType").asText());
        assertEquals(SIGNATURE, descriptor(answer, index).path("artifactType").asText());
        assertEquals(
                Manifests.INDEX, descriptor(answer, index).path("mediaType").asText());
    }

    @Test
    default void an_image_without_artifactType_has_the_type_of_its_config() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content without = repository.pushed(repository.image(Manifests.subject(image)));
        Content empty = repository.pushed(repository.image(Manifests.subject(image), "\"artifactType\":\"\""));
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertEquals(
                Manifests.CONFIG,
                descriptor(answer, without).path("artifactType").asText());
        assertEquals(
                Manifests.CONFIG, descriptor(answer, empty).path("artifactType").asText());
    }

    @Test
    default void an_index_without_artifactType_has_none() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content index = repository.pushed(Manifests.index(List.of(), Manifests.subject(image)));
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertTrue(descriptor(answer, index).path("artifactType").isMissingNode(), answer::toString);
    }

    @Test
    default void a_descriptor_has_the_annotations_of_its_manifest() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.attached(image, SBOM, "org.example.a", "b", "org.example.c", "ä\\\"\\n");
        Content index = repository.pushed(
                Manifests.index(List.of(), "\"annotations\":{\"org.example.i\":\"j\"}", Manifests.subject(image)));
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        JsonNode annotations = descriptor(answer, artifact).path("annotations");
        assertEquals("b", annotations.path("org.example.a").asText());
        assertEquals("ä\"\n", annotations.path("org.example.c").asText());
        assertEquals(2, annotations.size());
        assertEquals(
                "j",
                descriptor(answer, index)
                        .path("annotations")
                        .path("org.example.i")
                        .asText());
    }

    @Test
    default void a_filter_for_artifactType_is_applied_and_said_to_be() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.attached(image, SBOM);
        Content signature = repository.attached(image, SIGNATURE);
        String encoded = SIGNATURE.replace("+", "%2B");
        Answer answer = repository
                .get("referrers/" + image.digest() + "?artifactType=" + encoded)
                .is(200);
        assertEquals("artifactType", answer.has("OCI-Filters-Applied"));
        assertEquals(Set.of(signature.digest()), digests(answer));
    }

    @Test
    default void a_filter_finds_the_type_of_a_config() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.pushed(repository.image(Manifests.subject(image)));
        repository.attached(image, SBOM);
        String query = "?artifactType=" + Manifests.CONFIG.replace("+", "%2B");
        Answer answer = repository.get("referrers/" + image.digest() + query).is(200);
        assertEquals(Set.of(artifact.digest()), digests(answer));
    }

    @Test
    default void a_filter_that_nothing_passes_is_an_empty_list() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.attached(image, SBOM);
        Answer answer = repository
                .get("referrers/" + image.digest() + "?artifactType=application/x")
                .is(200);
        assertEquals(Set.of(), digests(answer));
        assertEquals("artifactType", answer.has("OCI-Filters-Applied"));
    }

    @Test
    default void no_filter_is_not_said_to_be_applied() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        assertEquals(
                Optional.empty(),
                repository.get("referrers/" + image.digest()).is(200).header("OCI-Filters-Applied"));
    }

    @Test
    default void referrers_of_other_manifests_and_other_repositories_are_not_listed() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content other = repository.tagged("2");
        repository.attached(other, SBOM);
        repository().attached(image, SBOM);
        assertEquals(
                Set.of(), digests(repository.get("referrers/" + image.digest()).is(200)));
    }

    @Test
    default void a_referrer_pushed_again_or_by_a_tag_is_listed_once() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.attached(image, SBOM);
        repository.pushed(artifact);
        repository.tagged("sbom", artifact);
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertEquals(1, answer.json().path("manifests").size());
    }

    @Test
    default void a_referrer_that_is_deleted_is_listed_no_more() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content gone = repository.attached(image, SBOM);
        Content stays = repository.attached(image, SBOM);
        repository.delete("manifests/" + gone.digest()).is(202);
        assertEquals(
                Set.of(stays.digest()),
                digests(repository.get("referrers/" + image.digest()).is(200)));
    }

    @Test
    default void referrers_too_many_for_one_manifest_come_in_linked_pages() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Set<String> attached = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            String value = Integer.toString(i).repeat(900_000);
            attached.add(
                    repository.attached(image, SBOM, "org.example.long", value).digest());
        }
        List<String> listed = new ArrayList<>();
        List<Answer> pages = Pages.from(repository, repository.uri("referrers/" + image.digest()));
        for (Answer page : pages) {
            assertEquals(Manifests.INDEX, page.has("Content-Type"));
            assertTrue(page.body().length <= PushingManifests.FOUR_MEBIBYTES, "a page is a manifest");
            listed.addAll(digests(page));
        }
        assertTrue(pages.size() > 1, "6 × 900 kB");
        assertEquals(attached, new HashSet<>(listed));
        assertEquals(attached.size(), listed.size());
    }

    static Set<String> digests(Answer answer) throws IOException {
        Set<String> digests = new HashSet<>();
        for (JsonNode descriptor : answer.json().path("manifests")) {
            digests.add(descriptor.path("digest").asText());
        }
        return digests;
    }

    private static JsonNode descriptor(Answer answer, Content manifest) throws IOException {
        for (JsonNode descriptor : answer.json().path("manifests")) {
            if (descriptor.path("digest").asText().equals(manifest.digest())) {
                return descriptor;
            }
        }
        throw new AssertionError(manifest.digest() + " is not among " + answer);
    }
}
