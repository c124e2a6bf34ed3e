package io.github.registryproxy.tests.spec;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** end-14 of the text after version 1.1.1, which has no such endpoint. */
@Section("Beyond the specification: cancelling an upload")
interface CancellingUploads extends UnderTest {
    @Test
    default void a_cancelled_upload_is_204_and_then_unknown() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(10);
        URI location =
                repository.chunk(repository.start(), 0, blob.bytes()).is(202).location();
        repository.delete(location).is(204);
        repository.get(location).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.chunk(location, 10, new byte[10]).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.finish(location, blob.digest()).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.delete(location).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.head("blobs/" + blob.digest()).is(404);
    }

    @Test
    default void an_upload_is_cancelled_before_it_has_any_bytes() throws Exception {
        Repository repository = repository();
        URI location = repository.start();
        repository.delete(location).is(204);
        repository.get(location).is(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    default void cancelling_one_upload_leaves_others_alone() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(10);
        URI cancelled = repository.start();
        URI location =
                repository.chunk(repository.start(), 0, blob.bytes()).is(202).location();
        repository.delete(cancelled).is(204);
        repository.finish(location, blob.digest()).is(201);
    }
}
