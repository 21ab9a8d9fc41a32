package io.nearside.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page that shows files of a sample as they are; for the sample's tests. */
public final class SamplePage {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));

  private final String text;

  private SamplePage(String text) {
    this.text = text;
  }

  /**
   * @param name of a file in {@code docs/features}
   */
  public static SamplePage of(String name) throws IOException {
    return new SamplePage(Files.readString(BASE.resolve("../../docs/features").resolve(name)));
  }

  /**
   * Fails unless a block of the page is a file of the sample.
   *
   * @param language of the block
   * @param file beneath {@code src/main}
   */
  public SamplePage shows(String language, String file) throws IOException {
    return showsFrom("", language, file);
  }

  /** The same, of a file from the first place where it has the given text. */
  public SamplePage showsFrom(String start, String language, String file) throws IOException {
    String all = Files.readString(BASE.resolve("src/main").resolve(file));
    assertThat(all).contains(start);
    assertThat(text).contains("```" + language + "\n" + all.substring(all.indexOf(start)) + "```");
    return this;
  }
}
