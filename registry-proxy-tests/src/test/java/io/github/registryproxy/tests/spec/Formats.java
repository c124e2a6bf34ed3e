package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What people keep in registries. */
@Section("Beyond the specification: formats")
interface Formats extends UnderTest {
    @Test
    default void an_image_and_a_list_in_Docker_s_formats_come_back() throws Exception {
        Repository repository = repository();
        Content config = repository.blob().typed(Manifests.DOCKER_CONFIG);
        Content layer = repository.blob().typed(Manifests.DOCKER_LAYER);
        Content image = Manifests.image(Manifests.DOCKER_IMAGE, config.descriptor(), List.of(layer.descriptor()));
        returns(repository, "image", image);
        String platform = "\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}";
        returns(repository, "list", Manifests.index(Manifests.DOCKER_LIST, List.of(image.descriptor(platform))));
    }

    @Test
    default void a_docker_image_whose_layer_is_missing_is_refused_unless_it_is_elsewhere() throws Exception {
        Repository repository = repository();
        Content config = repository.blob().typed(Manifests.DOCKER_CONFIG);
        Content layer = Content.random(10).typed(Manifests.DOCKER_LAYER);
        Content image = Manifests.image(Manifests.DOCKER_IMAGE, config.descriptor(), List.of(layer.descriptor()));
        Answer answer = repository.putManifest("1", image).isRefused();
        answer.is(answer.status(), "MANIFEST_BLOB_UNKNOWN");
        // A foreign layer is where its urls lead to, and is never pushed.
        Content foreign = Content.random(10).typed("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
        String urls = "\"urls\":[\"https://layers.example.org/1\"]";
        returns(
                repository,
                "foreign",
                Manifests.image(Manifests.DOCKER_IMAGE, config.descriptor(), List.of(foreign.descriptor(urls))));
    }

    @Test
    default void an_artifact_of_the_empty_descriptor_comes_back() throws Exception {
        Repository repository = repository();
        repository.push(Manifests.NOTHING);
        returns(repository, "1", Manifests.artifact("application/vnd.example.note", Manifests.NOTHING));
    }

    @Test
    default void an_artifact_without_layers_comes_back() throws Exception {
        Repository repository = repository();
        repository.push(Manifests.NOTHING);
        returns(
                repository,
                "1",
                Manifests.image(
                        Manifests.NOTHING.descriptor(),
                        List.of(),
                        "\"artifactType\":\"application/vnd.example.note\""));
    }

    @Test
    default void charts_modules_and_signatures_come_back() throws Exception {
        Repository repository = repository();
        for (List<String> types : List.of(
                List.of(
                        "application/vnd.cncf.helm.config.v1+json",
                        "application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
                List.of("application/vnd.wasm.config.v0+json", "application/wasm"),
                List.of(Manifests.CONFIG, "application/vnd.dev.cosign.simplesigning.v1+json"),
                List.of(Manifests.CONFIG, "application/spdx+json"))) {
            Content config = repository.blob().typed(types.get(0));
            Content layer = repository.blob().typed(types.get(1));
            returns(repository, "1", Manifests.image(config.descriptor(), List.of(layer.descriptor())));
        }
    }

    @Test
    default void an_index_of_indexes_comes_back() throws Exception {
        Repository repository = repository();
        Content image = repository.pushed(repository.image());
        Content inner = repository.pushed(Manifests.index(List.of(image.descriptor())));
        returns(repository, "1", Manifests.index(List.of(inner.descriptor(), image.descriptor())));
    }

    @Test
    default void a_manifest_of_a_type_nobody_knows_comes_back() throws Exception {
        Repository repository = repository();
        String type = "application/vnd.example.unheard-of.v7+json";
        returns(repository, "1", Content.of(type, "{\"mediaType\":\"" + type + "\",\"anything\":[{\"a\":null}]}"));
    }

    @Test
    default void data_in_a_descriptor_comes_back() throws Exception {
        Repository repository = repository();
        repository.push(Manifests.NOTHING);
        returns(
                repository,
                "1",
                Manifests.image(
                        Manifests.NOTHING.descriptor("\"data\":\"e30=\""),
                        List.of(Manifests.NOTHING.descriptor("\"data\":\"e30=\""))));
    }

    private static void returns(Repository repository, String tag, Content manifest) throws Exception {
        repository.tagged(tag, manifest);
        for (String reference : List.of(tag, manifest.digest())) {
            Answer answer = repository.get("manifests/" + reference).is(200);
            assertArrayEquals(manifest.bytes(), answer.body());
            assertEquals(manifest.type(), answer.has("Content-Type"));
            assertEquals(manifest.digest(), answer.has("Docker-Content-Digest"));
        }
    }
}
