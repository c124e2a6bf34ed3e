package io.github.registryproxy.aws;

import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The profile AWS_PROFILE (default) of AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials); with keys, not with roles. */
record ProfileKeys(Surroundings process) implements AwsKeys.Source {
    @Override
    public Optional<AwsKeys> find() throws IOException {
        Optional<String> named = process.variable("AWS_SHARED_CREDENTIALS_FILE");
        Optional<String> profile = process.variable("AWS_PROFILE");
        String home = process.variable("HOME").orElse(System.getProperty("user.home", ""));
        String file = named.orElse(Path.of(home, ".aws", "credentials").toString());
        if (named.isEmpty() && profile.isEmpty() && !Files.isReadable(Path.of(file))) {
            return Optional.empty();
        }
        String wanted = profile.orElse("default");
        Map<String, String> fields = section(SecretFile.read("AWS_SHARED_CREDENTIALS_FILE", file), wanted);
        Optional<String> id = Optional.ofNullable(fields.get("aws_access_key_id"));
        if (id.isEmpty() && profile.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(AwsKeys.of(
                "profile " + wanted,
                id,
                Optional.ofNullable(fields.get("aws_secret_access_key")),
                Optional.ofNullable(fields.get("aws_session_token"))));
    }

    private static Map<String, String> section(String text, String wanted) {
        Map<String, String> fields = new HashMap<>();
        boolean inside = false;
        for (String line : text.lines().map(String::strip).toList()) {
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                inside = line.substring(1, line.length() - 1).strip().equals(wanted);
            } else if (inside && equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                fields.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return fields;
    }
}
