package io.nearside.samples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;

/** The service; as many instances as wanted share a database and a Redis. */
@SpringBootApplication
@EnableCaching
public class ShopApplication {

  /** Starts one instance. */
  public static void main(String[] arguments) {
    SpringApplication.run(ShopApplication.class, arguments);
  }
}
