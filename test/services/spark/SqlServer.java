import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark with Delta behind HTTP on the loopback: POST a JSON array of SQL statements, get a JSON array with the rows of each, values spelled
 * as neuralake spells them. The statements of one request share a session of their own; the first that fails ends it with 400 and its words.
 */
public final class SqlServer {
  private static final ObjectMapper json = new ObjectMapper();

  /** Takes the port to listen on; settings are system properties that begin with "spark.". */
  public static void main(String[] args) throws IOException {
    SparkSession.Builder builder = SparkSession.builder().master("local[2]").appName("peer");
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("spark.")) builder = builder.config(name, System.getProperty(name));
    }
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 16);
    server.createContext("/", exchange -> answer(spark, exchange));
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.start();
  }

  private static void answer(SparkSession spark, HttpExchange exchange) throws IOException {
    byte[] reply;
    int status = 200;
    try {
      SparkSession session = spark.newSession();
      List<Object> answers = new ArrayList<>();
      for (String statement : json.readValue(exchange.getRequestBody(), String[].class)) answers.add(rows(session, statement));
      reply = json.writeValueAsBytes(answers);
    } catch (Throwable failure) {
      status = 400;
      reply = String.valueOf(failure).getBytes("UTF-8");
    }
    exchange.sendResponseHeaders(status, reply.length == 0 ? -1 : reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  private static List<Object> rows(SparkSession session, String statement) {
    var found = session.sql(statement);
    List<Object> rows = new ArrayList<>();
    for (Row row : found.collectAsList()) rows.add(record(found.schema(), row));
    return rows;
  }

  private static Map<String, Object> record(StructType type, Row row) {
    Map<String, Object> record = new LinkedHashMap<>();
    for (int k = 0; k < type.length(); k++) record.put(type.apply(k).name(), plain(type.apply(k).dataType(), row.get(k)));
    return record;
  }

  private static Object plain(DataType type, Object value) {
    if (value == null) return null;
    if (type instanceof StructType struct) return record(struct, (Row) value);
    if (type instanceof ArrayType array) {
      List<Object> list = new ArrayList<>();
      for (Object item : CollectionConverters.asJava((Seq<?>) value)) list.add(plain(array.elementType(), item));
      return list;
    }
    if (type instanceof MapType map) return entries(map, CollectionConverters.asJava((scala.collection.Map<?, ?>) value));
    if (value instanceof BigDecimal decimal) return decimal.toPlainString();
    if (value instanceof byte[] bytes) return Base64.getEncoder().encodeToString(bytes);
    if (value instanceof Instant instant) return time(LocalDateTime.ofInstant(instant, java.time.ZoneOffset.UTC)) + "Z";
    if (value instanceof LocalDateTime local) return time(local);
    if (value instanceof Number || value instanceof Boolean) return number(value);
    return value.toString();
  }

  private static Object entries(MapType type, Map<?, ?> map) {
    if (type.keyType().equals(DataTypes.StringType)) {
      Map<String, Object> record = new LinkedHashMap<>();
      map.forEach((key, value) -> record.put((String) key, plain(type.valueType(), value)));
      return record;
    }
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> {
      Map<String, Object> pair = new LinkedHashMap<>();
      pair.put("key", plain(type.keyType(), key));
      pair.put("value", plain(type.valueType(), value));
      pairs.add(pair);
    });
    return pairs;
  }

  /** JSON has no word for what is not finite; a float is written with the digits of its double, as JavaScript would. */
  private static Object number(Object value) {
    if (!(value instanceof Double || value instanceof Float)) return value;
    double number = ((Number) value).doubleValue();
    return Double.isFinite(number) ? (Object) number : String.valueOf(number);
  }

  private static String time(LocalDateTime value) {
    String text = value.toString();
    if (text.length() == 16) return text + ":00";
    return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "");
  }
}
