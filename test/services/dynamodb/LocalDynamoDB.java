// DynamoDB Local on 127.0.0.1:<port>, its tables in <directory>, by which it finds them again; the stock runner listens on every address.
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

public class LocalDynamoDB {
  public static void main(String[] arguments) throws Exception {
    var handler = new LocalDynamoDBServerHandler(new LocalDynamoDBRequestHandler(0, false, arguments[1], true, false), null);
    var proxy = new DynamoDBProxyServer(Integer.parseInt(arguments[0]), handler);
    var field = DynamoDBProxyServer.class.getDeclaredField("server");
    field.setAccessible(true);
    for (var connector : ((Server) field.get(proxy)).getConnectors()) ((ServerConnector) connector).setHost("127.0.0.1");
    proxy.start();
    System.out.println("listening");
    proxy.join();
  }
}
