package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The codes that a registry gives to whoever may do everything; {@code Settings} has the others. {@link EveryAnswer} checks the format. */
@Section("Error Codes")
interface ErrorCodes extends UnderTest {
    /** code-1 to code-14, and those of "Legacy Docker support error codes". */
    Set<String> CODES = Set.of(
            "BLOB_UNKNOWN",
            "BLOB_UPLOAD_INVALID",
            "BLOB_UPLOAD_UNKNOWN",
            "DIGEST_INVALID",
            "MANIFEST_BLOB_UNKNOWN",
            "MANIFEST_INVALID",
            "MANIFEST_UNKNOWN",
            "NAME_INVALID",
            "NAME_UNKNOWN",
            "SIZE_INVALID",
            "UNAUTHORIZED",
            "DENIED",
            "UNSUPPORTED",
            "TOOMANYREQUESTS",
            "TAG_INVALID",
            "MANIFEST_UNVERIFIED");

    @Test
    default void refusals_have_the_format_and_codes_of_the_specification() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        URI cancelled = repository.start();
        repository.delete(cancelled).is(204);
        List<Answer> refusals = new ArrayList<>(List.of(
                repository.get("manifests/2"),
                repository.get("manifests/.a"),
                repository.get("manifests/sha256:abc"),
                repository.get("blobs/" + Content.random(10).digest()),
                repository.get("blobs/sha256:abc"),
                repository.get("referrers/sha256:abc"),
                repository.get(cancelled),
                repository.chunk(repository.start(), 10, new byte[10]),
                repository.finish(repository.start(), image.digest()),
                repository.putManifest("1", Content.of(Manifests.IMAGE, "{")),
                repository.putManifest(Content.random(10).digest(), image),
                repository.delete("manifests/2"),
                repository.get("tags/list?n=x"),
                repository().get("tags/list"),
                client().get("/v2/A/tags/list")));
        for (Answer refusal : refusals) {
            refusal.isRefused();
            assertTrue(refusal.isJson(), refusal::toString);
            assertTrue(CODES.containsAll(refusal.codes()), refusal::toString);
        }
    }

    @Test
    default void a_blob_that_is_not_there_is_BLOB_UNKNOWN() throws Exception {
        Repository repository = repository();
        repository.blob();
        repository.get("blobs/" + Content.random(10).digest()).is(404, "BLOB_UNKNOWN");
    }

    @Test
    default void an_upload_that_was_never_begun_is_BLOB_UPLOAD_UNKNOWN() throws Exception {
        Repository repository = repository();
        repository.blob();
        String never = "blobs/uploads/01234567-89ab-4def-8123-456789abcdef";
        repository.get(never).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.delete(never).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.chunk(repository.uri(never), 0, new byte[10]).is(404, "BLOB_UPLOAD_UNKNOWN");
        Content blob = Content.random(10);
        repository.finish(repository.uri(never), blob.digest(), blob.bytes()).is(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    default void a_chunk_that_contradicts_itself_is_BLOB_UPLOAD_INVALID_or_SIZE_INVALID() throws Exception {
        Repository repository = repository();
        Answer answer =
                repository.chunk(repository.start(), "0-10", new byte[10]).isRefused();
        Set<String> codes = new HashSet<>(answer.codes());
        codes.retainAll(Set.of("BLOB_UPLOAD_INVALID", "SIZE_INVALID"));
        assertEquals(1, codes.size(), answer::toString);
    }

    @Test
    default void a_chunk_out_of_order_is_BLOB_UPLOAD_INVALID() throws Exception {
        Repository repository = repository();
        repository.chunk(repository.start(), 10, new byte[10]).is(416, "BLOB_UPLOAD_INVALID");
    }

    @Test
    default void bytes_that_do_not_match_are_DIGEST_INVALID() throws Exception {
        Repository repository = repository();
        repository
                .finish(repository.start(), Content.random(10).digest(), new byte[10])
                .is(400, "DIGEST_INVALID");
    }

    @Test
    default void a_malformed_digest_is_DIGEST_INVALID() throws Exception {
        repository().get("blobs/sha256:abc").is(400, "DIGEST_INVALID");
    }

    @Test
    default void a_manifest_of_what_is_not_there_is_MANIFEST_BLOB_UNKNOWN() throws Exception {
        Repository repository = repository();
        Content image =
                Manifests.image(Content.random(10).typed(Manifests.CONFIG).descriptor(), List.of());
        Answer answer = repository.putManifest("1", image).isRefused();
        assertTrue(answer.codes().contains("MANIFEST_BLOB_UNKNOWN"), answer::toString);
    }

    @Test
    default void a_manifest_that_is_none_is_MANIFEST_INVALID() throws Exception {
        repository()
                .putManifest("1", Content.of(Manifests.IMAGE, "{\"schemaVersion\":"))
                .is(400, "MANIFEST_INVALID");
    }

    @Test
    default void a_manifest_that_is_not_there_is_MANIFEST_UNKNOWN() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        repository.get("manifests/2").is(404, "MANIFEST_UNKNOWN");
    }

    @Test
    default void a_name_outside_the_grammar_is_NAME_INVALID() throws Exception {
        client().get("/v2/spec/A/tags/list").is(400, "NAME_INVALID");
        client().get("/v2/spec/a..b/manifests/1").is(400, "NAME_INVALID");
    }

    @Test
    default void a_repository_that_does_not_exist_is_NAME_UNKNOWN() throws Exception {
        repository().get("tags/list").is(404, "NAME_UNKNOWN");
    }
}
