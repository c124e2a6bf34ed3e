package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.document.Manifest.Kind;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final Digest A = digest('a');
    private static final Digest B = digest('b');

    private static Digest digest(char digit) {
        return Digest.parse("sha256:" + String.valueOf(digit).repeat(64));
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"')
                .replace("#a", A.toString())
                .replace("#b", B.toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Manifest read(String text) throws ManifestRefusedException {
        return Manifest.read(json(text));
    }

    private static Reason refused(String text) {
        return assertThrows(ManifestRefusedException.class, () -> read(text), text)
                .reason();
    }

    @Test
    void outline_of_an_image_has_config_layers_subject_and_annotations() throws ManifestRefusedException {
        Manifest image = read("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json',"
                + "'artifactType':'a/t','config':{'mediaType':'c/t','digest':'#a','size':2},"
                + "'layers':[{'mediaType':'l/t','digest':'#b','size':3,'urls':['http://x'],'data':'e30=',"
                + "'annotations':{'k':'v'}},{'digest':'#b'}],'subject':{'digest':'#a','size':0},"
                + "'annotations':{'title':'x','Title':'y','none':null},'unknown':{'layers':[{}],'a':1,'a':2}}");
        assertEquals(Kind.IMAGE, image.kind());
        assertEquals(Optional.of(MediaType.OCI_MANIFEST), image.mediaType());
        assertEquals(Optional.of("a/t"), image.referrerType());
        assertEquals(A, image.config().orElseThrow().digest());
        Descriptor layer = image.layers().get(0);
        assertEquals("l/t", layer.mediaType());
        assertEquals(OptionalLong.of(3), layer.size());
        assertEquals(Map.of("k", "v"), layer.annotations());
        assertEquals(OptionalLong.empty(), image.layers().get(1).size());
        assertEquals(Set.of(A, B), image.contentDigests());
        assertEquals(A, image.subject().orElseThrow().digest());
        assertEquals(Map.of("title", "x", "Title", "y", "none", ""), image.annotations());
    }

    @Test
    void outline_of_an_index_has_manifests_with_their_platforms() throws ManifestRefusedException {
        Manifest index = read(
                "{'manifests':[{'mediaType':'application/vnd.oci.image.index.v1+json','digest':'#a'},"
                        + "{'mediaType':'m/t','digest':'#b','size':1,'artifactType':'a/t',"
                        + "'platform':{'os':'linux','architecture':'arm','variant':'v6','os.version':'1','os.features':['f']}}]}");
        assertEquals(Kind.INDEX, index.kind());
        assertEquals(Set.of(A, B), index.manifestDigests());
        assertTrue(index.manifests().get(0).isIndex());
        assertEquals(Optional.empty(), index.manifests().get(0).platform());
        assertEquals(
                Optional.of(Platform.parse("linux/arm/v6")),
                index.manifests().get(1).platform());
        assertEquals(Optional.of("a/t"), index.manifests().get(1).artifactType());
    }

    @Test
    void outline_of_schema_1_has_its_layers_and_a_platform() throws ManifestRefusedException {
        Manifest manifest = read("{'schemaVersion':1,'name':'x','architecture':'arm64','fsLayers':[{'blobSum':'#a'}],"
                + "'history':[{'v1Compatibility':'{}'}]}");
        assertEquals(Kind.SCHEMA1, manifest.kind());
        assertEquals(Set.of(A), manifest.contentDigests());
        assertEquals(Optional.of(Platform.parse("linux/arm64")), manifest.platform());
        assertEquals(Optional.empty(), read("{'schemaVersion':1}").platform());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|OTHER",
                "{'a':1}|OTHER",
                "{'schemaVersion':2}|EMPTY",
                "{'mediaType':'a/b'}|EMPTY",
                "{'mediaType':'application/vnd.oci.image.index.v1+json'}|INDEX",
                "{'mediaType':'application/vnd.docker.distribution.manifest.v2+json'}|IMAGE",
                "{'layers':[]}|IMAGE",
                "{'layers':null}|OTHER",
                "{'config':{'digest':'#a'}}|IMAGE",
                "{'manifests':[],'layers':null,'config':null}|INDEX",
                "{'blobs':[]}|ARTIFACT",
                "{'fsLayers':[]}|SCHEMA1",
            })
    void kind_follows_the_fields_then_the_media_type(String text, Kind kind) throws ManifestRefusedException {
        assertEquals(kind, read(text).kind());
        assertEquals(kind != Kind.OTHER, read(text).isManifest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'layers':[],'manifests':[]}",
                "{'config':{'digest':'#a'},'manifests':[]}",
                "{'layers':[],'fsLayers':[]}",
                "{'manifests':[],'fsLayers':[]}",
                "{'layers':[],'blobs':[]}",
                "{'schemaVersion':1,'layers':[]}",
                "{'mediaType':'application/vnd.oci.image.index.v1+json','layers':[]}",
                "{'mediaType':'application/vnd.oci.image.manifest.v1+json','manifests':[]}",
                "{'layers':[],'Manifests':[]}",
                "{'Layers':[],'manifests':[]}",
                "{'layers':[],'layers':[],'manifests':[]}",
                "{'layer\u017f':[],'man\u0131fests':[]}",
            })
    void image_to_one_reader_and_index_to_another_is_ambiguous(String text) {
        assertEquals(Reason.AMBIGUOUS, refused(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "1",
                "'x'",
                "<html>",
                "{",
                "{'a'",
                "{'a':",
                "{'a':1",
                "{'a':1,",
                "{'a':1,}",
                "{'layers':",
                "{'layers':[",
                "{'layers':[{}]",
                "{'layers':[],'layers':[]",
                "{'a':1,'a':2} x",
                "{} x",
                "{}{}",
                "{'a':tru}",
                "{'a':01}",
                "{'a':1}]",
                "\uFEFF{}",
                "{'a':'\u0001'}",
            })
    void document_that_is_not_one_json_object_is_not_json(String text) {
        assertEquals(Reason.NOT_JSON, refused(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32", "ISO-8859-1"})
    void other_encodings_than_utf_8_are_not_json(String charset) throws Exception {
        byte[] bytes = "{\"a\":\"\u00e4\"}".getBytes(charset);
        assertEquals(
                Reason.NOT_JSON,
                assertThrows(ManifestRefusedException.class, () -> Manifest.read(bytes))
                        .reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'layers':{}}",
                "{'layers':'x'}",
                "{'layers':[null]}",
                "{'layers':[1]}",
                "{'layers':[{}]}",
                "{'layers':[{'digest':'md5:00'}]}",
                "{'layers':[{'digest':1}]}",
                "{'layers':[{'digest':'#a','size':-1}]}",
                "{'layers':[{'digest':'#a','size':1.0}]}",
                "{'layers':[{'digest':'#a','size':'1'}]}",
                "{'layers':[{'digest':'#a','size':99999999999999999999}]}",
                "{'layers':[{'digest':'#a','urls':{}}]}",
                "{'layers':[{'digest':'#a','urls':[1]}]}",
                "{'layers':[{'digest':'#a','data':1}]}",
                "{'layers':[{'digest':'#a','annotations':{'a':1}}]}",
                "{'layers':[{'digest':'#a','annotations':{'a':'1','a':'2'}}]}",
                "{'layers':[{'digest':'#a','mediaType':1}]}",
                "{'manifests':[{'digest':'#a','platform':[]}]}",
                "{'manifests':[{'digest':'#a','platform':{'os':1}}]}",
                "{'manifests':[{'digest':'#a','platform':{'os':'a','os':'b'}}]}",
                "{'manifests':[{'digest':'#a','platform':{'OS':'a'}}]}",
                "{'fsLayers':[{'blobSum':'#a','BLOBSUM':'#b'}]}",
                "{'mediaType':1}",
                "{'mediaType':'application/vnd.oci.image.index.v1+JSON'}",
                "{'mediaType':'application/vnd.oci.image.index.v1+json; a=b'}",
                "{'artifactType':[]}",
                "{'schemaVersion':'2'}",
                "{'schemaVersion':2.0}",
                "{'config':[]}",
                "{'subject':'x'}",
                "{'annotations':[]}",
                "{'annotations':{'x':'\\udc00'}}",
                "{'unknown':1,'unknown':2}",
            })
    void unclear_values_and_names_are_refused(String text) {
        assertEquals(Reason.UNCLEAR, refused(text));
    }

    @Test
    void half_a_character_is_refused_in_names_and_a_whole_one_is_kept() throws ManifestRefusedException {
        refused("{'annotations':{'\\ud800':'x'}}");
        refused("{'a\\ud800':1}");
        assertEquals(
                Map.of("\ud83d\ude00", "\ud83d\ude00"),
                read("{'annotations':{'\\ud83d\\ude00':'\ud83d\ude00'}}").annotations());
    }

    @Test
    void type_that_clients_are_given_has_to_fit_the_kind() throws ManifestRefusedException {
        Manifest image = read("{'layers':[]}");
        assertTrue(image.agreesWith(MediaType.DOCKER_MANIFEST));
        assertTrue(image.agreesWith(new MediaType("application/x+json")));
        assertFalse(image.agreesWith(MediaType.OCI_INDEX));
        assertFalse(read("{'manifests':[]}").agreesWith(MediaType.OCI_MANIFEST));
        assertTrue(read("{'schemaVersion':2}").agreesWith(MediaType.OCI_INDEX));
    }

    @Test
    void referrers_are_filtered_by_artifact_type_or_else_the_type_of_the_config() throws ManifestRefusedException {
        assertEquals(
                Optional.of("c/t"),
                read("{'artifactType':'','config':{'mediaType':'c/t','digest':'#a'}}")
                        .referrerType());
        assertEquals(Optional.empty(), read("{'config':{'digest':'#a'}}").referrerType());
    }

    @Test
    void messages_have_nothing_of_the_document_but_known_names() {
        for (String text : List.of("{'<b>':1,'<b>':2}", "{'layers':[{'digest':'<b>'}]}", "{'annotations':{'<b>':1}}")) {
            String message = assertThrows(ManifestRefusedException.class, () -> read(text))
                    .getMessage();
            assertFalse(message.contains("<"), message);
        }
    }
}
