package io.github.registryproxy.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.facade.document.DocumentNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A configuration file: YAML or TOML, as its name ends. */
public final class ConfigurationFile {
    private static final int LARGEST = 1024 * 1024;

    private final Path path;
    private final Map<String, String> environment;

    /** @param environment for variables in values */
    public ConfigurationFile(Path path, Map<String, String> environment) {
        this.path = path;
        this.environment = Map.copyOf(environment);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * What it says now.
     *
     * @throws ConfigurationException with all that is wrong, a line each
     */
    public SiteConfiguration read() throws ConfigurationException {
        return parse(bytes());
    }

    /** The file's bytes. */
    byte[] bytes() throws ConfigurationException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw wrong(path + ": expected a file of at most 1 MiB");
            }
            return content;
        } catch (IOException e) {
            throw wrong(
                    path + ": expected a file that can be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    SiteConfiguration parse(byte[] content) throws ConfigurationException {
        try {
            return SiteConfiguration.read(document(content), environment);
        } catch (UnreadableException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static ConfigurationException wrong(String line) {
        return new ConfigurationException(List.of(line));
    }

    private DocumentNode document(byte[] content) throws UnreadableException {
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        String text = text(name, content);
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
            return yaml(name, text);
        }
        if (lower.endsWith(".toml")) {
            return toml(name, text);
        }
        throw new UnreadableException(path + ": expected a name that ends in .yaml, .yml or .toml");
    }

    private static String text(String name, byte[] content) throws UnreadableException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableException(name + ": expected UTF-8");
        }
    }

    private static DocumentNode yaml(String name, String text) throws UnreadableException {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            return new TreeReader(parser, path -> parser.currentTokenLocation().getLineNr(), name).read();
        } catch (JsonProcessingException e) {
            throw unreadable(name, "YAML", e);
        } catch (IOException e) {
            throw new UnreadableException(name + ": expected YAML");
        }
    }

    /** Its parser knows no lines: they are looked for by what stands in them. */
    private static DocumentNode toml(String name, String text) throws UnreadableException {
        ToIntFunction<String> lines = new TomlLines(text)::line;
        try (JsonParser parser = new TomlFactory().createParser(text)) {
            return new TreeReader(parser, lines, name).read();
        } catch (JsonProcessingException e) {
            throw unreadable(name, "TOML", e);
        } catch (IOException e) {
            throw new UnreadableException(name + ": expected TOML");
        }
    }

    /** The parsers' own messages show what stands in the file, which may be a secret. */
    private static UnreadableException unreadable(String name, String language, JsonProcessingException e) {
        String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
        return new UnreadableException(name + line + ": expected " + language + ", and this is none");
    }
}
