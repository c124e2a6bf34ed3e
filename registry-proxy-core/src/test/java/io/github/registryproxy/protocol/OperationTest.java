package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each kind of operation has decided on its rights and its names; one that is added without fails here. */
final class OperationTest {
    private static final UnaryOperator<RepositoryName> MAPPED = new RepositoryName("x")::resolve;

    /** Access, scopes, and the scopes after mapping names (also of those without scopes: their path). */
    private record Decision(Access access, List<String> scopes, String mapped) {}

    private static final Map<String, Decision> DECISIONS = new HashMap<>();

    static {
        String d = Samples.SHA256.toString();
        String d512 = Samples.SHA512.toString();
        List<String> pull = List.of("repository:library/app:pull");
        List<String> push = List.of("repository:library/app:pull,push");
        List<String> delete = List.of("repository:library/app:delete");
        String at = "/v2/x/library/app/";
        String upload = at + "blobs/uploads/s-1.2_3~4=";
        decide("Ping", Access.NONE, List.of(), "/v2/");
        decide("PullBlob", Access.PULL, pull, at + "blobs/" + d);
        decide("PullManifest", Access.PULL, pull, at + "manifests/v1");
        decide("StartUpload", Access.PUSH, push, at + "blobs/uploads/");
        decide("PushBlob", Access.PUSH, push, at + "blobs/uploads/?digest=" + d);
        decide("PushChunk", Access.PUSH, push, upload);
        decide("FinishUpload", Access.PUSH, push, upload + "?digest=" + d512);
        decide("PushManifest", Access.PUSH, push, at + "manifests/" + d + "?tag=a&tag=b");
        decide("ListTags", Access.PULL, pull, at + "tags/list?n=7&last=old");
        decide("DeleteManifest", Access.DELETE, delete, at + "manifests/v1");
        decide("DeleteBlob", Access.DELETE, delete, at + "blobs/" + d512);
        decide(
                "MountBlob",
                Access.PUSH,
                List.of("repository:library/app:pull,push", "repository:other/app:pull"),
                at + "blobs/uploads/?mount=" + d + "&from=x/other/app");
        decide(
                "ListReferrers",
                Access.PULL,
                pull,
                at + "referrers/" + d + "?artifactType=application/x%2By%3B%20z%3D%221%22");
        decide("UploadStatus", Access.PUSH, push, upload);
        decide("CancelUpload", Access.PUSH, push, upload);
        decide("Catalog", Access.CATALOG, List.of("registry:catalog:*"), "/v2/_catalog?last=x/other/app");
        decide(
                "Token",
                Access.NONE,
                List.of(),
                "/_token?service=a%20service&scope=repository:x/library/app:pull,push&scope=registry:catalog:*");
        decide("Malformed", Access.NONE, List.of(), "/v2/A");
        decide("Other", Access.UNKNOWN, List.of(), "/v2/a/unheard/of");
    }

    private static void decide(String kind, Access access, List<String> scopes, String mapped) {
        DECISIONS.put(kind, new Decision(access, scopes, mapped));
    }

    private static Stream<Class<?>> kinds(Class<?> of) {
        return of.isSealed() ? Stream.of(of.getPermittedSubclasses()).flatMap(OperationTest::kinds) : Stream.of(of);
    }

    @Test
    void every_kind_of_operation_has_a_decision_and_a_sample() {
        Set<String> kinds =
                kinds(Operation.class).map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(kinds, new TreeSet<>(DECISIONS.keySet()));
        Map<String, Operation> samples = Samples.operations().stream()
                .collect(Collectors.toMap(operation -> operation.getClass().getSimpleName(), Function.identity()));
        assertEquals(kinds, new TreeSet<>(samples.keySet()));
    }

    @Test
    void rights_scopes_and_names_are_as_decided() {
        for (Operation operation : Samples.operations()) {
            Decision decision = DECISIONS.get(operation.getClass().getSimpleName());
            assertEquals(decision.access, operation.access(), operation::toString);
            assertEquals(
                    decision.scopes,
                    operation.scopes().stream().map(Scope::toString).toList(),
                    operation::toString);
            Operation mapped = operation.mapNames(MAPPED);
            assertSame(operation.getClass(), mapped.getClass());
            assertEquals(decision.mapped, Target.of(mapped).render());
            assertEquals(operation, operation.mapNames(UnaryOperator.identity()));
        }
    }

    @Test
    void a_kind_with_a_repository_is_in_a_repository_and_has_it_in_path_and_scope() {
        for (Operation operation : Samples.operations()) {
            if (operation instanceof Operation.InRepository in) {
                assertEquals(Samples.NAME, in.repository());
                assertTrue(in.path().startsWith("/v2/library/app/"));
                assertEquals(Optional.of(Samples.NAME), in.scopes().get(0).repositoryName());
            }
        }
    }

    @Test
    void a_refusal_of_one_name_refuses_the_operation() {
        Operation mount =
                new Operation.MountBlob(Samples.NAME, Samples.SHA256, Optional.of(new RepositoryName("hidden")));
        UnaryOperator<RepositoryName> refusing = name -> {
            if (name.value().equals("hidden")) {
                throw ErrorCode.NAME_UNKNOWN.because("not here").asException();
            }
            return name;
        };
        assertThrows(RegistryException.class, () -> mount.mapNames(refusing));
    }

    @Test
    void a_mount_within_one_repository_asks_for_one_scope() {
        assertEquals(
                1,
                new Operation.MountBlob(Samples.NAME, Samples.SHA256, Optional.of(Samples.NAME))
                        .scopes()
                        .size());
        assertEquals(
                1,
                new Operation.MountBlob(Samples.NAME, Samples.SHA256, Optional.empty())
                        .scopes()
                        .size());
    }
}
