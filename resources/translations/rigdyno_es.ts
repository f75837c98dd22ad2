<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES">
<context>
    <name></name>
    <message>
        <source>You stopped this check. What it had measured by then is kept as a partial result.</source>
        <translation>Ha detenido esta prueba. Lo medido hasta entonces se guarda como resultado parcial.</translation>
    </message>
    <message>
        <source>What was measured all the same is kept as a partial result.</source>
        <translation>Lo que aun así se midió se guarda como resultado parcial.</translation>
    </message>
    <message>
        <source>Nothing could be measured.</source>
        <translation>No se pudo medir nada.</translation>
    </message>
    <message>
        <source>processor in all</source>
        <translation>procesador en total</translation>
    </message>
    <message>
        <source>this training</source>
        <translation>este entrenamiento</translation>
    </message>
    <message>
        <source>other programs</source>
        <translation>otros programas</translation>
    </message>
    <message>
        <source>in use in all</source>
        <translation>en uso en total</translation>
    </message>
    <message>
        <source>power limit</source>
        <translation>límite de potencia</translation>
    </message>
    <message>
        <source>hardware slowdown</source>
        <translation>freno del hardware</translation>
    </message>
    <message>
        <source>heat</source>
        <translation>calor</translation>
    </message>
    <message>
        <source>power brake</source>
        <translation>freno de potencia</translation>
    </message>
    <message>
        <source>Utilisation</source>
        <translation>Uso</translation>
    </message>
    <message>
        <source>Each core</source>
        <translation>Cada núcleo</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Frecuencia</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>Potencia</translation>
    </message>
    <message>
        <source>GPU slowed down by</source>
        <translation>GPU frenada por</translation>
    </message>
    <message>
        <source>GPU {number}</source>
        <translation>GPU {number}</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Procesador</translation>
    </message>
    <message>
        <source>batch {size}</source>
        <translation>lote de {size}</translation>
    </message>
    <message>
        <source>{count} threads</source>
        <translation>{count} hilos</translation>
    </message>
    <message>
        <source>{low} to {high} {unit} in {count} windows</source>
        <translation>de {low} a {high} {unit} en {count} ventanas</translation>
    </message>
    <message>
        <source>{percent} % of {count} unseen images right after {time} of training</source>
        <translation>{percent} % de {count} imágenes nuevas acertadas tras {time} de entrenamiento</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>No se guardó: {why}</translation>
    </message>
    <message>
        <source>Saved in {path}: {count}</source>
        <translation>Guardados en {path}: {count}</translation>
    </message>
    <message>
        <source>There already, and left as they were: {names}</source>
        <translation>Ya estaban allí y se dejaron como estaban: {names}</translation>
    </message>
    <message>
        <source>The damaged results are kept as {path}.</source>
        <translation>Los resultados dañados se conservan como {path}.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Fecha</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Equipo</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>Escenario</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Confianza</translation>
    </message>
    <message>
        <source>images/s</source>
        <translation>imágenes/s</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Save …</source>
        <translation>Guardar …</translation>
    </message>
    <message>
        <source>Everything that was measured, as a JSON file</source>
        <translation>Todo lo medido, como archivo JSON</translation>
    </message>
    <message>
        <source>Report …</source>
        <translation>Informe…</translation>
    </message>
    <message>
        <source>One page with the charts, to read, send or print</source>
        <translation>Una página con los gráficos, para leer, enviar o imprimir</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Copiar como texto</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>Código QR</translation>
    </message>
    <message>
        <source>Take the verdict with you on a phone, from a machine that lets no file out</source>
        <translation>Llévese el veredicto en un teléfono, de un equipo que no deja sacar archivos</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>No se guardó: {why}</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>Guardado como {path}</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>Guardar el resultado</translation>
    </message>
    <message>
        <source>Page for a browser (*.html)</source>
        <translation>Página para el navegador (*.html)</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Guardar el informe</translation>
    </message>
    <message>
        <source>{path} is there already. Replace it?</source>
        <translation>{path} ya existe. ¿Reemplazarlo?</translation>
    </message>
    <message>
        <source>Replace the file?</source>
        <translation>¿Reemplazar el archivo?</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Copiado.</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>A check places this computer on this scale</source>
        <translation>Una prueba sitúa este equipo en esta escala</translation>
    </message>
</context>
<context>
    <name>Code</name>
    <message>
        <source>QR code of this text</source>
        <translation>Código QR de este texto</translation>
    </message>
</context>
<context>
    <name>CodeDialog</name>
    <message>
        <source>Take the verdict with you</source>
        <translation>Llévese el veredicto</translation>
    </message>
    <message>
        <source>Point a phone&apos;s camera here: the text holds the verdict and a checksum. Nothing is sent.</source>
        <translation>Apunte aquí la cámara de un teléfono: el texto lleva el veredicto y una suma de control. No se envía nada.</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Added: {count}</source>
        <translation>Añadidos: {count}</translation>
    </message>
    <message>
        <source>Deleted: {count}</source>
        <translation>Borrados: {count}</translation>
    </message>
    <message>
        <source>Add results</source>
        <translation>Añadir resultados</translation>
    </message>
    <message>
        <source>Write the selected results to a folder</source>
        <translation>Guardar los resultados elegidos en una carpeta</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Show its verdict</source>
        <translation>Mostrar su veredicto</translation>
    </message>
    <message>
        <source>Nothing matches the filter.</source>
        <translation>Nada coincide con el filtro.</translation>
    </message>
    <message>
        <source>Brought back: {count}</source>
        <translation>Recuperados: {count}</translation>
    </message>
    <message>
        <source>Set the selected results side by side; the first is what the others are compared with</source>
        <translation>Poner los resultados elegidos uno al lado de otro; los demás se comparan con el primero</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Add result files</source>
        <translation>Añadir archivos de resultados</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Write result files</source>
        <translation>Guardar archivos de resultados</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Take the selected results out</source>
        <translation>Quitar los resultados elegidos</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Read the stored results once more</source>
        <translation>Volver a leer los resultados guardados</translation>
    </message>
    <message>
        <source>Keep the damaged file under another name, and begin a new one</source>
        <translation>Conservar el archivo dañado con otro nombre y empezar uno nuevo</translation>
    </message>
    <message>
        <source>Set it aside</source>
        <translation>Apartarlo</translation>
    </message>
    <message>
        <source>Filter: computer, name, note …</source>
        <translation>Filtro: equipo, nombre, nota…</translation>
    </message>
    <message>
        <source>Filter the stored results</source>
        <translation>Filtrar los resultados guardados</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Aún no hay nada que comparar</translation>
    </message>
    <message>
        <source>Every check is kept here. Files of other computers can be dropped onto this page.</source>
        <translation>Aquí se guarda cada prueba. Puede soltar en esta página archivos de otros equipos.</translation>
    </message>
    <message>
        <source>Bring back what was deleted last</source>
        <translation>Recuperar lo último borrado</translation>
    </message>
    <message>
        <source>Start a quick check</source>
        <translation>Empezar una prueba rápida</translation>
    </message>
</context>
<context>
    <name>EngineCard</name>
    <message>
        <source>Asking the training process …</source>
        <translation>Preguntando al proceso de entrenamiento …</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Look for others</source>
        <translation>Buscar otros</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Usarlo</translation>
    </message>
    <message>
        <source>Checks train with the PyTorch of this program, of another environment, or of a pack on a stick.</source>
        <translation>Las pruebas entrenan con el PyTorch de este programa, el de otro entorno o el de un paquete en una memoria USB.</translation>
    </message>
    <message>
        <source>this program&apos;s own</source>
        <translation>el propio de este programa</translation>
    </message>
    <message>
        <source>Now: PyTorch {version}, {engine}</source>
        <translation>Ahora: PyTorch {version}, {engine}</translation>
    </message>
    <message>
        <source>After the check</source>
        <translation>Después de la prueba</translation>
    </message>
    <message>
        <source>Asking every engine …</source>
        <translation>Preguntando a cada motor …</translation>
    </message>
</context>
<context>
    <name>EngineOffer</name>
    <message>
        <source>Install it on a stick …</source>
        <translation>Instalarlo en una memoria USB …</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>Detener la carga</translation>
    </message>
    <message>
        <source>Progress of the installation</source>
        <translation>Avance de la instalación</translation>
    </message>
    <message>
        <source>A PyTorch for this GPU</source>
        <translation>Un PyTorch para esta GPU</translation>
    </message>
    <message>
        <source>Looking for what has to be loaded …</source>
        <translation>Buscando qué hay que cargar …</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Cargando</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>Desempaquetando</translation>
    </message>
    <message>
        <source>Comparing what was written</source>
        <translation>Comparando lo que se ha escrito</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} de {total}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>quedan {time}</translation>
    </message>
    <message>
        <source>Stopped. What was loaded is kept, and Install goes on from there.</source>
        <translation>Detenido. Lo que se ha cargado se conserva, e Instalarlo sigue desde ahí.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Usarlo</translation>
    </message>
    <message>
        <source>Install it</source>
        <translation>Instalarlo</translation>
    </message>
    <message>
        <source>PyTorch {version} with CUDA {cuda} was found in {path}, and can use {device}.</source>
        <translation>En {path} hay PyTorch {version} con CUDA {cuda}, que puede usar {device}.</translation>
    </message>
    <message>
        <source>some gigabytes</source>
        <translation>unos gigabytes</translation>
    </message>
    <message>
        <source>Rigdyno can load a PyTorch that uses {device} ({build}, {size} from the internet) into {place}, beside its own.</source>
        <translation>Rigdyno puede cargar un PyTorch que usa {device} ({build}, {size} de internet) en {place}, junto al suyo.</translation>
    </message>
    <message>
        <source>The stick, or any folder</source>
        <translation>La memoria USB, o cualquier carpeta</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Deteniendo …</translation>
    </message>
</context>
<context>
    <name>Engines</name>
    <message>
        <source>After the installation</source>
        <translation>Después de la instalación</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>Algo ha ido mal</translation>
    </message>
    <message>
        <source>Rigdyno met an error that it did not expect, and goes on. What was measured is kept.</source>
        <translation>Rigdyno ha topado con un error inesperado y sigue funcionando. Lo medido se conserva.</translation>
    </message>
    <message>
        <source>Details of the error</source>
        <translation>Detalles del error</translation>
    </message>
    <message>
        <source>Also kept in {path}</source>
        <translation>Guardado también en {path}</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Copiar los detalles</translation>
    </message>
</context>
<context>
    <name>ExplorePage</name>
    <message>
        <source>Nothing was measured yet. A full check measures all of this in about five minutes.</source>
        <translation>Aún no se ha medido nada. Una prueba completa mide todo esto en unos cinco minutos.</translation>
    </message>
    <message>
        <source>Start a full check</source>
        <translation>Empezar una prueba completa</translation>
    </message>
    <message>
        <source>Measure all of it</source>
        <translation>Medirlo todo</translation>
    </message>
    <message>
        <source>These numbers are from another result of this computer: {date}.</source>
        <translation>Estos números son de otro resultado de este ordenador: {date}.</translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation>Aún no se ha medido.</translation>
    </message>
    <message>
        <source>Measure this</source>
        <translation>Medir esto</translation>
    </message>
    <message>
        <source>The check, second by second</source>
        <translation>La prueba, segundo a segundo</translation>
    </message>
    <message>
        <source>Drag to move, turn the wheel to look closer.</source>
        <translation>Arrastre para moverse; gire la rueda para acercarse.</translation>
    </message>
</context>
<context>
    <name>Forecasts</name>
    <message>
        <source>Scenario</source>
        <translation>Escenario</translation>
    </message>
    <message>
        <source>a second … ten years</source>
        <translation>un segundo … diez años</translation>
    </message>
    <message>
        <source>Sort by {column}</source>
        <translation>Ordenar por {column}</translation>
    </message>
</context>
<context>
    <name>Grade</name>
    <message>
        <source>Trust {grade}</source>
        <translation>Confianza {grade}</translation>
    </message>
</context>
<context>
    <name>HistoryTable</name>
    <message>
        <source>Stored results</source>
        <translation>Resultados guardados</translation>
    </message>
</context>
<context>
    <name>HostForm</name>
    <message>
        <source>user@server</source>
        <translation>usuario@servidor</translation>
    </message>
    <message>
        <source>Through your own ssh and its keys; only PyTorch has to be there. Empty: this computer.</source>
        <translation>Con su propio ssh y sus claves; allí solo tiene que estar PyTorch. Vacío: este equipo.</translation>
    </message>
    <message>
        <source>Over ssh</source>
        <translation>Por ssh</translation>
    </message>
    <message>
        <source>Python there</source>
        <translation>Python de allí</translation>
    </message>
    <message>
        <source>Another computer</source>
        <translation>Otro equipo</translation>
    </message>
    <message>
        <source>{name} is no computer for ssh; allowed is user@server:port, user and port optional.</source>
        <translation>{name} no es un equipo para ssh; se permite usuario@servidor:puerto, con usuario y puerto opcionales.</translation>
    </message>
    <message>
        <source>Python there: allowed is a name or a path, such as {example}.</source>
        <translation>Python de allí: se permite un nombre o una ruta, como {example}.</translation>
    </message>
</context>
<context>
    <name>LaneChoice</name>
    <message>
        <source>Show or hide this lane</source>
        <translation>Muestre u oculte este carril</translation>
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>Throughput and sensors over time</source>
        <translation>Rendimiento y sensores a lo largo del tiempo</translation>
    </message>
    <message>
        <source>{curve} ({lane}): {low} to {high}, median {median}</source>
        <translation>{curve} ({lane}): de {low} a {high}, mediana {median}</translation>
    </message>
    <message>
        <source>GPU slowed down by {causes}</source>
        <translation>GPU frenada por {causes}</translation>
    </message>
</context>
<context>
    <name>LeftoverCard</name>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>Descartarlo</translation>
    </message>
    <message>
        <source>Make a partial result of it</source>
        <translation>Hacer de ello un resultado parcial</translation>
    </message>
</context>
<context>
    <name>LivePlots</name>
    <message>
        <source>Throughput · samples/s, logarithmic</source>
        <translation>Rendimiento · muestras/s, logarítmico</translation>
    </message>
    <message>
        <source>Throughput · images/s</source>
        <translation>Rendimiento · imágenes/s</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>calentamiento</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>medición</translation>
    </message>
    <message>
        <source>test</source>
        <translation>prueba</translation>
    </message>
</context>
<context>
    <name>MachineView</name>
    <message>
        <source>Looking at this computer …</source>
        <translation>Examinando este equipo …</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>Antes de empezar</translation>
    </message>
    <message>
        <source>no probe for it on this system</source>
        <translation>no hay sonda para ello en este sistema</translation>
    </message>
    <message>
        <source>No NVIDIA GPU found</source>
        <translation>No se encontró ninguna GPU NVIDIA</translation>
    </message>
    <message>
        <source>Training runs on the processor.</source>
        <translation>El entrenamiento se hace en el procesador.</translation>
    </message>
    <message>
        <source>Asking the training process …</source>
        <translation>Preguntando al proceso de entrenamiento …</translation>
    </message>
    <message>
        <source>processor only</source>
        <translation>solo procesador</translation>
    </message>
    <message>
        <source>Vector units used</source>
        <translation>Unidades vectoriales usadas</translation>
    </message>
    <message>
        <source>not usable: </source>
        <translation>no utilizable: </translation>
    </message>
    <message>
        <source>Trains on</source>
        <translation>Entrena en</translation>
    </message>
    <message>
        <source>Cannot train on</source>
        <translation>No puede entrenar en</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>A check is running. Stop it and close?</source>
        <translation>Hay una prueba en marcha. ¿Pararla y cerrar?</translation>
    </message>
    <message>
        <source>What it has measured by then is kept.</source>
        <translation>Lo medido hasta entonces se conserva.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Parar y cerrar</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prueba</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Veredicto</translation>
    </message>
    <message>
        <source>Explore</source>
        <translation>Explorar</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
</context>
<context>
    <name>PlanForm</name>
    <message>
        <source>channels_last</source>
        <translation>channels_last</translation>
    </message>
    <message>
        <source>Memory layout channels_last</source>
        <translation>Disposición de memoria channels_last</translation>
    </message>
    <message>
        <source>The memory layout that most convolutions are fastest in</source>
        <translation>La disposición de memoria en que la mayoría de las convoluciones son más rápidas</translation>
    </message>
    <message>
        <source>a time</source>
        <translation>un tiempo</translation>
    </message>
    <message>
        <source>passes over the images</source>
        <translation>pasadas por las imágenes</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenamiento</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ejecución</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>known once PyTorch has answered</source>
        <translation>se sabrán cuando PyTorch responda</translation>
    </message>
    <message>
        <source>Train on {device}</source>
        <translation>Entrenar en {device}</translation>
    </message>
    <message>
        <source>Devices: none is chosen; choose at least one.</source>
        <translation>Dispositivos: no hay ninguno elegido; elija al menos uno.</translation>
    </message>
    <message>
        <source>Fashion-MNIST fixes this</source>
        <translation>Fashion-MNIST lo fija</translation>
    </message>
    <message>
        <source>Synthetic images have no end, so no passes</source>
        <translation>Las imágenes sintéticas no se acaban: no hay pasadas</translation>
    </message>
    <message>
        <source>Fashion-MNIST (real)</source>
        <translation>Fashion-MNIST (reales)</translation>
    </message>
    <message>
        <source>synthetic</source>
        <translation>sintéticas</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Profundidad</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Anchura</translation>
    </message>
    <message>
        <source>Image size</source>
        <translation>Tamaño de imagen</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Clases</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Lote</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>Optimizador</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Tasa de aprendizaje</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisión</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Imágenes</translation>
    </message>
    <message>
        <source>Stop after</source>
        <translation>Parar tras</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Segundos</translation>
    </message>
    <message>
        <source>Passes</source>
        <translation>Pasadas</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Hilos</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
</context>
<context>
    <name>Price</name>
    <message>
        <source>Price of this computer, $</source>
        <translation>Precio de este equipo, $</translation>
    </message>
    <message>
        <source>Price of a kWh, $</source>
        <translation>Precio de un kWh, $</translation>
    </message>
    <message>
        <source>Hours of training a week</source>
        <translation>Horas de entrenamiento por semana</translation>
    </message>
    <message>
        <source>Watts while it trains</source>
        <translation>Vatios mientras entrena</translation>
    </message>
    <message>
        <source>What is its price worth?</source>
        <translation>¿Qué vale su precio?</translation>
    </message>
    <message>
        <source>Type the price, and see what a job costs here and when renting costs more.</source>
        <translation>Escriba el precio y vea qué cuesta aquí una tarea y cuándo alquilar sale más caro.</translation>
    </message>
    <message>
        <source>An hour of training costs {money} dollars here, over {years} years.</source>
        <translation>Una hora de entrenamiento cuesta aquí {money} dólares, repartida en {years} años.</translation>
    </message>
    <message>
        <source>Electricity is left out: no sensor told the watts.</source>
        <translation>Sin contar la electricidad: ningún sensor dio los vatios.</translation>
    </message>
    <message>
        <source>These watts are the GPUs&apos; alone; the rest of the computer comes on top.</source>
        <translation>Estos vatios son solo los de las GPU; falta sumar el resto del equipo.</translation>
    </message>
    <message>
        <source>{job}: {least} to {most} dollars here.</source>
        <translation>{job}: de {least} a {most} dólares aquí.</translation>
    </message>
    <message>
        <source>Renting the same work stays cheaper than this computer.</source>
        <translation>Alquilar el mismo trabajo sale siempre más barato que este equipo.</translation>
    </message>
    <message>
        <source>Against {offer} ({money} $/h) it pays off after {time} at best, and perhaps never.</source>
        <translation>Frente a {offer} ({money} $/h) se amortiza tras {time} en el mejor caso, y quizá nunca.</translation>
    </message>
    <message>
        <source>Against {offer} ({money} $/h) it pays off after {time}.</source>
        <translation>Frente a {offer} ({money} $/h) se amortiza tras {time}.</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>{page} (Ctrl+{number})</source>
        <translation>{page} (Ctrl+{number})</translation>
    </message>
</context>
<context>
    <name>RunPanel</name>
    <message>
        <source>Progress of the check</source>
        <translation>Avance de la prueba</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Stop now and keep what was measured (Esc)</source>
        <translation>Detener ahora y guardar lo medido (Esc)</translation>
    </message>
    <message>
        <source>Stopping, and keeping what was measured …</source>
        <translation>Deteniendo y guardando lo medido …</translation>
    </message>
    <message>
        <source>at most {time} left</source>
        <translation>quedan como mucho {time}</translation>
    </message>
</context>
<context>
    <name>Scale</name>
    <message>
        <source>Scale of the four scenarios</source>
        <translation>Escala de los cuatro escenarios</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>After the check</source>
        <translation>Después de la prueba</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Copiado.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>GiB (1,024 MiB)</source>
        <translation>GiB (1.024 MiB)</translation>
    </message>
    <message>
        <source>GB (1,000 MB)</source>
        <translation>GB (1.000 MB)</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <source>Memory in</source>
        <translation>Memoria en</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Ventana</translation>
    </message>
    <message>
        <source>{count} times a second</source>
        <translation>{count} veces por segundo</translation>
    </message>
    <message>
        <source>once a second</source>
        <translation>una vez por segundo</translation>
    </message>
    <message>
        <source>Read the sensors</source>
        <translation>Leer los sensores</translation>
    </message>
    <message>
        <source>Draw the live picture</source>
        <translation>Dibujar la imagen en vivo</translation>
    </message>
    <message>
        <source>During a check</source>
        <translation>Durante una prueba</translation>
    </message>
    <message>
        <source>Reading and drawing more often takes time from the training on a small processor.</source>
        <translation>Leer y dibujar más a menudo quita tiempo al entrenamiento en un procesador pequeño.</translation>
    </message>
    <message>
        <source>The data folder cannot be used: nothing is kept.</source>
        <translation>La carpeta de datos no se puede usar: no se guarda nada.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Abrir la carpeta</translation>
    </message>
    <message>
        <source>Nothing is ever sent: Rigdyno opens a connection only to load an engine or to check another computer, when you ask for it.</source>
        <translation>Nunca se envía nada: Rigdyno solo abre una conexión para cargar un motor o para probar otro equipo, cuando usted lo pide.</translation>
    </message>
    <message>
        <source>Results stay in this folder.</source>
        <translation>Los resultados se quedan en esta carpeta.</translation>
    </message>
    <message>
        <source>Your results</source>
        <translation>Sus resultados</translation>
    </message>
    <message>
        <source>Copy what a bug report needs</source>
        <translation>Copiar lo que necesita un informe de error</translation>
    </message>
    <message>
        <source>Versions, GPUs, folders and the last errors, without names and serial numbers</source>
        <translation>Versiones, GPU, carpetas y los últimos errores, sin nombres ni números de serie</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
    <message>
        <source>Rigdyno {version}</source>
        <translation>Rigdyno {version}</translation>
    </message>
    <message>
        <source>Puts a computer on the dyno for deep learning.</source>
        <translation>Pone un ordenador en el banco de pruebas del aprendizaje profundo.</translation>
    </message>
</context>
<context>
    <name>SideBySide</name>
    <message>
        <source>Not quite a fair comparison</source>
        <translation>La comparación no es del todo justa</translation>
    </message>
    <message>
        <source>= within the noise: the ranges of both overlap.  ▲ more and ▼ less: beyond it.</source>
        <translation>= dentro del ruido: los márgenes de ambos se solapan.  ▲ más y ▼ menos: fuera de él.</translation>
    </message>
</context>
<context>
    <name>StartCard</name>
    <message>
        <source>Quick check</source>
        <translation>Prueba rápida</translation>
    </message>
    <message>
        <source>Trains small and real networks on every device and says which of four scenarios this computer is for. About a minute.</source>
        <translation>Entrena redes pequeñas y reales en cada dispositivo y dice para cuál de cuatro escenarios sirve este equipo. Cerca de un minuto.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Empezar</translation>
    </message>
    <message>
        <source>Full check</source>
        <translation>Prueba completa</translation>
    </message>
    <message>
        <source>The same with more time for every step, so that the verdict is surer. About five minutes.</source>
        <translation>Lo mismo con más tiempo para cada paso, para un veredicto más seguro. Unos cinco minutos.</translation>
    </message>
    <message>
        <source>Soak</source>
        <translation>Resistencia</translation>
    </message>
    <message>
        <source>A quick check, then ten minutes of training without a pause: does it keep its speed when it is hot?</source>
        <translation>Una prueba rápida y después diez minutos de entrenamiento sin pausa: ¿conserva su velocidad en caliente?</translation>
    </message>
    <message>
        <source>Training only</source>
        <translation>Solo entrenar</translation>
    </message>
    <message>
        <source>Trains one small network exactly as you set it, and tells its speed and accuracy.</source>
        <translation>Entrena una red pequeña tal como usted la define y dice su velocidad y su acierto.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Entrenar</translation>
    </message>
    <message>
        <source>What is this computer enough for?</source>
        <translation>¿Para qué basta este equipo?</translation>
    </message>
    <message>
        <source>Options  ▴</source>
        <translation>Opciones  ▴</translation>
    </message>
    <message>
        <source>Options  ▾</source>
        <translation>Opciones  ▾</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>limit {time}</source>
        <translation>límite {time}</translation>
    </message>
</context>
<context>
    <name>VerdictPage</name>
    <message>
        <source>No verdict yet</source>
        <translation>Aún no hay veredicto</translation>
    </message>
    <message>
        <source>A quick check takes a minute: it trains on this computer and says what it is enough for.</source>
        <translation>Una prueba rápida dura un minuto: entrena en este equipo y dice para qué basta.</translation>
    </message>
    <message>
        <source>No verdict from this check</source>
        <translation>Esta prueba no da veredicto</translation>
    </message>
    <message>
        <source>Too little was measured to name a scenario.</source>
        <translation>Se midió demasiado poco para nombrar un escenario.</translation>
    </message>
    <message>
        <source>A check is running.</source>
        <translation>Hay una prueba en marcha.</translation>
    </message>
    <message>
        <source>Start a quick check</source>
        <translation>Empezar una prueba rápida</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Confianza</translation>
    </message>
    <message>
        <source>How far to trust this verdict: A best, D worst</source>
        <translation>Cuánto fiarse de este veredicto: A lo mejor, D lo peor</translation>
    </message>
    <message>
        <source>Nothing speaks against these numbers.</source>
        <translation>Nada habla en contra de estos números.</translation>
    </message>
    <message>
        <source>Good, with a small doubt.</source>
        <translation>Buena, con una pequeña duda.</translation>
    </message>
    <message>
        <source>Fair: read the doubts below.</source>
        <translation>Regular: lea las dudas de abajo.</translation>
    </message>
    <message>
        <source>Poor: better check again.</source>
        <translation>Mala: mejor repetir la prueba.</translation>
    </message>
    <message>
        <source>~ estimated from smaller batches. Each job belongs to the scenario with its number.</source>
        <translation>~ estimado a partir de lotes menores. Cada tarea es del escenario de su número.</translation>
    </message>
</context>
<context>
    <name>Want</name>
    <message>
        <source>What do you want to do?</source>
        <translation>¿Qué quiere hacer?</translation>
    </message>
    <message>
        <source>choose …</source>
        <translation>elija …</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>What it does</source>
        <translation>Qué hace</translation>
    </message>
    <message>
        <source>It looks at the processor and the graphics card, trains small and real networks on them while you watch, and says which of four scenarios this computer is for.</source>
        <translation>Mira el procesador y la tarjeta gráfica, entrena en ellos redes pequeñas y reales a la vista, y dice para cuál de cuatro escenarios sirve este equipo.</translation>
    </message>
    <message>
        <source>How long it takes</source>
        <translation>Cuánto tarda</translation>
    </message>
    <message>
        <source>About a minute. You can stop at any time, and what was measured is kept.</source>
        <translation>Alrededor de un minuto. Puede parar cuando quiera, y lo medido se conserva.</translation>
    </message>
    <message>
        <source>What to do before</source>
        <translation>Qué hacer antes</translation>
    </message>
    <message>
        <source>Plug the computer in and close what is busy: both change what is measured.</source>
        <translation>Enchufe el equipo y cierre lo que esté ocupado: ambas cosas cambian lo que se mide.</translation>
    </message>
    <message>
        <source>What leaves this computer</source>
        <translation>Qué sale de este equipo</translation>
    </message>
    <message>
        <source>Nothing. Rigdyno opens no connection unless you ask for it, changes no setting and needs no special rights.</source>
        <translation>Nada. Rigdyno no abre ninguna conexión si usted no la pide, no cambia ningún ajuste y no necesita permisos especiales.</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Empezar</translation>
    </message>
    <message>
        <source>Put this computer on the dyno</source>
        <translation>Ponga este equipo en el banco de pruebas</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Network to train</source>
        <translation>Red que se entrena</translation>
    </message>
    <message>
        <source>Convolution blocks; each halves the image</source>
        <translation>Bloques de convolución; cada uno reduce la imagen a la mitad</translation>
    </message>
    <message>
        <source>Filters of the first block; each block doubles them</source>
        <translation>Filtros del primer bloque; cada bloque los duplica</translation>
    </message>
    <message>
        <source>Side of a square image</source>
        <translation>Lado de una imagen cuadrada</translation>
    </message>
    <message>
        <source>Colour channels of an image</source>
        <translation>Canales de color de una imagen</translation>
    </message>
    <message>
        <source>Classes to tell apart</source>
        <translation>Clases que distinguir</translation>
    </message>
    <message>
        <source>Images in one training step</source>
        <translation>Imágenes en un paso de entrenamiento</translation>
    </message>
    <message>
        <source>Rule that updates the weights</source>
        <translation>Regla que actualiza los pesos</translation>
    </message>
    <message>
        <source>Size of each update</source>
        <translation>Tamaño de cada actualización</translation>
    </message>
    <message>
        <source>Number format of the arithmetic</source>
        <translation>Formato numérico de los cálculos</translation>
    </message>
    <message>
        <source>Processor threads in one operation; 0 lets the program choose</source>
        <translation>Hilos del procesador en una operación; con 0 elige el programa</translation>
    </message>
    <message>
        <source>Images to train on</source>
        <translation>Imágenes con que se entrena</translation>
    </message>
    <message>
        <source>Time limit of the measured part, after the warm-up</source>
        <translation>Límite de tiempo de la parte medida, tras el calentamiento</translation>
    </message>
    <message>
        <source>Passes over the data; 0 means that the time decides</source>
        <translation>Pasadas por los datos; con 0 decide el tiempo</translation>
    </message>
    <message>
        <source>Start of the random numbers</source>
        <translation>Comienzo de los números aleatorios</translation>
    </message>
    <message>
        <source>your own package.module:function</source>
        <translation>la suya, como paquete.módulo:función</translation>
    </message>
    <message>
        <source>Operating system</source>
        <translation>Sistema operativo</translation>
    </message>
    <message>
        <source>Kind of computer</source>
        <translation>Tipo de equipo</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Virtual machine</source>
        <translation>Máquina virtual</translation>
    </message>
    <message>
        <source>Processor maker</source>
        <translation>Fabricante del procesador</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Procesador</translation>
    </message>
    <message>
        <source>Physical cores</source>
        <translation>Núcleos físicos</translation>
    </message>
    <message>
        <source>Logical cores</source>
        <translation>Núcleos lógicos</translation>
    </message>
    <message>
        <source>Cores we may use</source>
        <translation>Núcleos disponibles</translation>
    </message>
    <message>
        <source>Performance cores</source>
        <translation>Núcleos de rendimiento</translation>
    </message>
    <message>
        <source>Base clock</source>
        <translation>Frecuencia base</translation>
    </message>
    <message>
        <source>Highest clock</source>
        <translation>Frecuencia máxima</translation>
    </message>
    <message>
        <source>Vector units</source>
        <translation>Unidades vectoriales</translation>
    </message>
    <message>
        <source>Caches</source>
        <translation>Cachés</translation>
    </message>
    <message>
        <source>Clock governor</source>
        <translation>Regulador de frecuencia</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Límite de memoria</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>Memoria libre</translation>
    </message>
    <message>
        <source>Swap space</source>
        <translation>Memoria de intercambio</translation>
    </message>
    <message>
        <source>Swap in use</source>
        <translation>Intercambio en uso</translation>
    </message>
    <message>
        <source>Free disk space</source>
        <translation>Espacio libre en disco</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>Alimentación</translation>
    </message>
    <message>
        <source>Battery charge</source>
        <translation>Carga de la batería</translation>
    </message>
    <message>
        <source>Battery health</source>
        <translation>Salud de la batería</translation>
    </message>
    <message>
        <source>Power mode</source>
        <translation>Modo de energía</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>Memoria de la GPU</translation>
    </message>
    <message>
        <source>Free GPU memory</source>
        <translation>Memoria libre de la GPU</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>Controlador</translation>
    </message>
    <message>
        <source>CUDA of the driver</source>
        <translation>CUDA del controlador</translation>
    </message>
    <message>
        <source>Compute capability</source>
        <translation>Capacidad de cómputo</translation>
    </message>
    <message>
        <source>Power limit</source>
        <translation>Límite de potencia</translation>
    </message>
    <message>
        <source>Highest power limit</source>
        <translation>Límite de potencia máximo</translation>
    </message>
    <message>
        <source>Default power limit</source>
        <translation>Límite de potencia de fábrica</translation>
    </message>
    <message>
        <source>PCIe generation</source>
        <translation>Generación PCIe</translation>
    </message>
    <message>
        <source>PCIe lanes</source>
        <translation>Líneas PCIe</translation>
    </message>
    <message>
        <source>Highest PCIe lanes</source>
        <translation>Líneas PCIe máximas</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>PyTorch build</source>
        <translation>Compilación de PyTorch</translation>
    </message>
    <message>
        <source>Vector units PyTorch uses</source>
        <translation>Unidades vectoriales que usa PyTorch</translation>
    </message>
    <message>
        <source>PyTorch&apos;s own choice of threads</source>
        <translation>Hilos que PyTorch elige</translation>
    </message>
    <message>
        <source>Devices PyTorch can train on</source>
        <translation>Dispositivos en que PyTorch puede entrenar</translation>
    </message>
    <message>
        <source>MHz</source>
        <translation>MHz</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>No GPU needed</source>
        <translation>No hace falta GPU</translation>
    </message>
    <message>
        <source>Right for small or sequential tasks and classic machine learning.</source>
        <translation>Adecuado para tareas pequeñas o secuenciales y aprendizaje automático clásico.</translation>
    </message>
    <message>
        <source>A reasonable GPU</source>
        <translation>Una GPU razonable</translation>
    </message>
    <message>
        <source>Right for somewhat intensive training on manageable data.</source>
        <translation>Adecuado para entrenamientos algo intensivos con datos manejables.</translation>
    </message>
    <message>
        <source>A deep-learning rig or the cloud</source>
        <translation>Un equipo de aprendizaje profundo o la nube</translation>
    </message>
    <message>
        <source>Right for complex problems, trained regularly.</source>
        <translation>Adecuado para problemas complejos que se entrenan con regularidad.</translation>
    </message>
    <message>
        <source>A cluster of GPUs</source>
        <translation>Un clúster de GPU</translation>
    </message>
    <message>
        <source>Right for training at a larger scale than usual.</source>
        <translation>Adecuado para entrenar a una escala mayor de lo habitual.</translation>
    </message>
    <message>
        <source>a small network on a table of 100,000 rows</source>
        <translation>una red pequeña con una tabla de 100.000 filas</translation>
    </message>
    <message>
        <source>ResNet-18 on 50,000 small images, 30 epochs</source>
        <translation>ResNet-18 con 50.000 imágenes pequeñas, 30 épocas</translation>
    </message>
    <message>
        <source>fine-tuning ResNet-50 on 10,000 photos, 5 epochs</source>
        <translation>ajuste fino de ResNet-50 con 10.000 fotos, 5 épocas</translation>
    </message>
    <message>
        <source>ResNet-50 on ImageNet, 90 epochs</source>
        <translation>ResNet-50 con ImageNet, 90 épocas</translation>
    </message>
    <message>
        <source>fine-tuning a 335-million-parameter transformer</source>
        <translation>ajuste fino de un transformer de 335 millones de parámetros</translation>
    </message>
    <message>
        <source>ResNet-50 on ImageNet within a day</source>
        <translation>ResNet-50 con ImageNet en un día</translation>
    </message>
    <message>
        <source>the small network</source>
        <translation>la red pequeña</translation>
    </message>
    <message>
        <source>the table network</source>
        <translation>la red de tablas</translation>
    </message>
    <message>
        <source>ResNet-18</source>
        <translation>ResNet-18</translation>
    </message>
    <message>
        <source>ResNet-50</source>
        <translation>ResNet-50</translation>
    </message>
    <message>
        <source>VGG16</source>
        <translation>VGG16</translation>
    </message>
    <message>
        <source>the transformer</source>
        <translation>el transformer</translation>
    </message>
    <message>
        <source>Looking at this machine</source>
        <translation>Examinando este equipo</translation>
    </message>
    <message>
        <source>Starting PyTorch</source>
        <translation>Arrancando PyTorch</translation>
    </message>
    <message>
        <source>Trying which settings suit this machine</source>
        <translation>Probando qué ajustes convienen a este equipo</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenamiento</translation>
    </message>
    <message>
        <source>Training real work for a moment</source>
        <translation>Entrenando trabajo real por un momento</translation>
    </message>
    <message>
        <source>Trying batch sizes, from one image on</source>
        <translation>Probando tamaños de lote, desde una imagen</translation>
    </message>
    <message>
        <source>Multiplying matrices, from one number at a time to all at once</source>
        <translation>Multiplicando matrices, de número en número y todo a la vez</translation>
    </message>
    <message>
        <source>Timing each stage, from raw images to an answer</source>
        <translation>Midiendo cada etapa, de las imágenes a la respuesta</translation>
    </message>
    <message>
        <source>Training until most unseen images are told apart</source>
        <translation>Entrenando hasta distinguir casi todas las imágenes nuevas</translation>
    </message>
    <message>
        <source>Looking for the largest batch that fits</source>
        <translation>Buscando el mayor lote que cabe</translation>
    </message>
    <message>
        <source>Training without a pause</source>
        <translation>Entrenando sin pausa</translation>
    </message>
    <message>
        <source>Preparing the network and the data</source>
        <translation>Preparando la red y los datos</translation>
    </message>
    <message>
        <source>Warming up until the rate is steady</source>
        <translation>Calentando hasta que el ritmo sea estable</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Midiendo</translation>
    </message>
    <message>
        <source>Testing what the network has learnt</source>
        <translation>Comprobando lo que la red ha aprendido</translation>
    </message>
    <message>
        <source>The training process ended without an answer ({detail}).</source>
        <translation>El proceso de entrenamiento terminó sin respuesta ({detail}).</translation>
    </message>
    <message>
        <source>The training process has not answered for {detail} and was stopped.</source>
        <translation>El proceso de entrenamiento no respondió durante {detail} y se detuvo.</translation>
    </message>
    <message>
        <source>The training process wrote something that is not part of a result: {detail}</source>
        <translation>El proceso de entrenamiento escribió algo ajeno a un resultado: {detail}</translation>
    </message>
    <message>
        <source>There was not enough memory for this run. {detail}</source>
        <translation>No hubo memoria suficiente para esta ejecución. {detail}</translation>
    </message>
    <message>
        <source>The loss is no longer a finite number ({detail}): lower the learning rate or take fp32.</source>
        <translation>La pérdida ya no es un número finito ({detail}): baje la tasa de aprendizaje o use fp32.</translation>
    </message>
    <message>
        <source>The network could not be built: {detail}</source>
        <translation>No se pudo construir la red: {detail}</translation>
    </message>
    <message>
        <source>The training process failed: {detail}</source>
        <translation>El proceso de entrenamiento falló: {detail}</translation>
    </message>
    <message>
        <source>Stopped by you.</source>
        <translation>Detenido por usted.</translation>
    </message>
    <message>
        <source>the CPU</source>
        <translation>la CPU</translation>
    </message>
    <message>
        <source>, channels_last</source>
        <translation>, channels_last</translation>
    </message>
    <message>
        <source>{field}: {depth} blocks halve a {image_size}-pixel image to nothing; allowed at this image_size is 1 to {high}.</source>
        <translation>{field}: {depth} bloques reducen a nada una imagen de {image_size} píxeles; con este tamaño se permite de 1 a {high}.</translation>
    </message>
    <message>
        <source>{field}: {width} filters doubled in each of {depth} blocks end at {end}; allowed at this depth is 1 to {high}.</source>
        <translation>{field}: {width} filtros, duplicados en cada uno de {depth} bloques, acaban en {end}; con esta profundidad se permite de 1 a {high}.</translation>
    </message>
    <message>
        <source>{field}: one {image_size}-pixel image ends as a single value, which {model} cannot normalise; allowed at this image_size is 2 to {high}.</source>
        <translation>{field}: una imagen de {image_size} píxeles acaba en un solo valor, que {model} no puede normalizar; con este tamaño se permite de 2 a {high}.</translation>
    </message>
    <message>
        <source>{field}: VGG16 halves a {image_size}-pixel image to nothing; allowed is {low} to {high} pixels.</source>
        <translation>{field}: VGG16 reduce a nada una imagen de {image_size} píxeles; se permite de {low} a {high} píxeles.</translation>
    </message>
    <message>
        <source>{field}: {model} trains on synthetic data only; use data synthetic.</source>
        <translation>{field}: {model} solo entrena con datos sintéticos; elija datos sintéticos.</translation>
    </message>
    <message>
        <source>{field}: Fashion-MNIST has {field} {value}, not {given}; allowed is {value}, or any value with data synthetic.</source>
        <translation>{field}: en Fashion-MNIST es {value}, no {given}; se permite {value}, o cualquier valor con datos sintéticos.</translation>
    </message>
    <message>
        <source>{field}: {batch} is more than the {high} training images; allowed is 1 to {high}.</source>
        <translation>{field}: {batch} es más que las {high} imágenes de entrenamiento; se permite de 1 a {high}.</translation>
    </message>
    <message>
        <source>{field}: synthetic data has no end, so no epochs; allowed is 0, and seconds.</source>
        <translation>{field}: los datos sintéticos no se acaban y no tienen épocas; se permite 0, y segundos.</translation>
    </message>
    <message>
        <source>{field}: {count} is more than this computer lets us use; allowed is 0 to {high}.</source>
        <translation>{field}: {count} es más de lo que este equipo deja usar; se permite de 0 a {high}.</translation>
    </message>
    <message>
        <source>{field}: {name} cannot train here{why}; allowed is {allowed}.</source>
        <translation>{field}: {name} no puede entrenar aquí{why}; se permite {allowed}.</translation>
    </message>
    <message>
        <source>{field}: {name} cannot do {precision}; allowed is {allowed}.</source>
        <translation>{field}: {name} no admite {precision}; se permite {allowed}.</translation>
    </message>
    <message>
        <source>{field}: {batch} would need about {need} and {has} may be used; allowed at this size is 1 to {high}.</source>
        <translation>{field}: {batch} necesitaría unos {need} y se pueden usar {has}; con este tamaño se permite de 1 a {high}.</translation>
    </message>
    <message>
        <source>{field}: {batch} would need about {need} and {has} may be used; make the network or the image smaller.</source>
        <translation>{field}: {batch} necesitaría unos {need} y se pueden usar {has}; haga menor la red o la imagen.</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>horas</translation>
    </message>
    <message>
        <source>days</source>
        <translation>días</translation>
    </message>
    <message>
        <source>months</source>
        <translation>meses</translation>
    </message>
    <message>
        <source>years</source>
        <translation>años</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>What is said of deep learning, measured</source>
        <translation>Lo que se dice del aprendizaje profundo, medido</translation>
    </message>
    <message>
        <source>Made by Rigdyno {version} on {date}, result {id}. This file loads nothing and sends nothing.</source>
        <translation>Hecho por Rigdyno {version} el {date}, resultado {id}. Este archivo no carga ni envía nada.</translation>
    </message>
    <message>
        <source>not reported</source>
        <translation>sin dato</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>sí</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>píxeles</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>Driver model</source>
        <translation>Modelo del controlador</translation>
    </message>
    <message>
        <source>Power of the GPU</source>
        <translation>Alimentación de la GPU</translation>
    </message>
    <message>
        <source>Highest GPU clock</source>
        <translation>Frecuencia máxima de la GPU</translation>
    </message>
    <message>
        <source>Split (MIG)</source>
        <translation>Dividida (MIG)</translation>
    </message>
    <message>
        <source>Virtual GPU</source>
        <translation>GPU virtual</translation>
    </message>
    <message>
        <source>Programs that compute on it</source>
        <translation>Programas que calculan en ella</translation>
    </message>
    <message>
        <source>Highest PCIe generation here</source>
        <translation>Generación PCIe máxima aquí</translation>
    </message>
    <message>
        <source>Highest PCIe generation of the GPU</source>
        <translation>Generación PCIe máxima de la GPU</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Training on several devices together</source>
        <translation>Entrenando en varios dispositivos a la vez</translation>
    </message>
    <message>
        <source>Measuring the GPU through its driver alone</source>
        <translation>Midiendo la GPU solo a través de su controlador</translation>
    </message>
    <message>
        <source>Comparing its results with the processor&apos;s</source>
        <translation>Comparando sus resultados con los del procesador</translation>
    </message>
    <message>
        <source>Copying its memory</source>
        <translation>Copiando su memoria</translation>
    </message>
    <message>
        <source>The GPU stopped in the middle of the run ({detail}): restart the computer; if it happens again, look at its temperature and its power cables.</source>
        <translation>La GPU se detuvo en mitad de la prueba ({detail}): reinicie el ordenador; si vuelve a ocurrir, revise su temperatura y sus cables de alimentación.</translation>
    </message>
    <message>
        <source>The run was stopped before the computer takes harm, as it stayed near its critical temperature ({detail}): let it cool down, free its fans, and try again.</source>
        <translation>La prueba se detuvo antes de que el ordenador sufriera daños, pues se mantenía cerca de su temperatura crítica ({detail}): deje que se enfríe, despeje sus ventiladores e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>PyTorch could not be loaded by the training process ({detail}): install it into the Python that is used, with python -m pip install torch numpy</source>
        <translation>El proceso de entrenamiento no pudo cargar PyTorch ({detail}): instálelo en el Python que se usa, con python -m pip install torch numpy</translation>
    </message>
    <message>
        <source>The GPU calculates wrongly ({detail}): update its driver; if it happens again, have it replaced.</source>
        <translation>La GPU calcula mal ({detail}): actualice su controlador; si vuelve a ocurrir, haga que la cambien.</translation>
    </message>
    <message>
        <source>The graphics driver failed: {detail}</source>
        <translation>El controlador gráfico falló: {detail}</translation>
    </message>
    <message>
        <source>The training by several processes lost one of them: {detail}.</source>
        <translation>El entrenamiento con varios procesos perdió uno de ellos: {detail}.</translation>
    </message>
    <message>
        <source>After the same steps the weights of {detail} processes differ: gradients get lost between them.</source>
        <translation>Tras los mismos pasos, los pesos de {detail} procesos difieren: se pierden gradientes entre ellos.</translation>
    </message>
    <message>
        <source>This computer cannot connect to others: {detail}.</source>
        <translation>Este ordenador no puede conectarse a otros: {detail}.</translation>
    </message>
    <message>
        <source>There is no computer by the name of {detail}: look at its spelling, and at ~/.ssh/config.</source>
        <translation>No hay ningún ordenador llamado {detail}: revise cómo está escrito y el archivo ~/.ssh/config.</translation>
    </message>
    <message>
        <source>{detail} does not answer: is it on, is its SSH server running, and is the port right?</source>
        <translation>{detail} no responde: ¿está encendido, funciona su servidor SSH y es correcto el puerto?</translation>
    </message>
    <message>
        <source>{detail} lets this user in by no key: run ssh-copy-id {detail}, and try again.</source>
        <translation>{detail} no admite a este usuario con ninguna clave: ejecute ssh-copy-id {detail} e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>The key of {detail} is not the known one, or not known yet: run ssh {detail} once, and look at it.</source>
        <translation>La clave de {detail} no es la conocida o aún no se conoce: ejecute ssh {detail} una vez y compruébela.</translation>
    </message>
    <message>
        <source>{detail} was not found there: name a Python with --host-python.</source>
        <translation>No se encontró {detail} allí: indique un Python con --host-python.</translation>
    </message>
    <message>
        <source>{detail} is too old there: name a Python 3.10 or newer with --host-python.</source>
        <translation>{detail} es demasiado antiguo allí: indique un Python 3.10 o posterior con --host-python.</translation>
    </message>
    <message>
        <source>The other computer could not be asked: {detail}</source>
        <translation>No se pudo preguntar al otro ordenador: {detail}</translation>
    </message>
    <message>
        <source>The program ended in the middle of this run.</source>
        <translation>El programa terminó en medio de esta medición.</translation>
    </message>
    <message>
        <source>the GPUs</source>
        <translation>las GPU</translation>
    </message>
    <message>
        <source>the GPU ({id})</source>
        <translation>la GPU ({id})</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it is no file but a folder, a pipe or a device.</source>
        <translation>No es un resultado de Rigdyno: no es un archivo, sino una carpeta, una tubería o un dispositivo.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it is larger than {mebibytes} MiB.</source>
        <translation>No es un resultado de Rigdyno: ocupa más de {mebibytes} MiB.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it holds more than {count} values.</source>
        <translation>No es un resultado de Rigdyno: contiene más de {count} valores.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it is no JSON, the format of result files.</source>
        <translation>No es un resultado de Rigdyno: no es JSON, el formato de los archivos de resultados.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it ends too early.</source>
        <translation>No es un resultado de Rigdyno: termina antes de tiempo.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: it holds something else.</source>
        <translation>No es un resultado de Rigdyno: contiene otra cosa.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: {place} is missing.</source>
        <translation>No es un resultado de Rigdyno: falta {place}.</translation>
    </message>
    <message>
        <source>Not a Rigdyno result: what stands at {place} does not belong there.</source>
        <translation>No es un resultado de Rigdyno: lo que hay en {place} no corresponde.</translation>
    </message>
    <message>
        <source>Format {format} is from a newer Rigdyno; this one reads up to {known}.</source>
        <translation>El formato {format} es de un Rigdyno más nuevo; este lee hasta {known}.</translation>
    </message>
    <message>
        <source>The stored results cannot be read, as their file is damaged: {path}. Set it aside, and a new one begins; nothing is deleted.</source>
        <translation>No se pueden leer los resultados guardados, pues su archivo está dañado: {path}. Apártelo y empezará uno nuevo; no se borra nada.</translation>
    </message>
    <message>
        <source>The stored results were written by a newer Rigdyno (tables {tables}): {path}. Take that version.</source>
        <translation>Los resultados guardados son de un Rigdyno más nuevo (tablas {tables}): {path}. Use esa versión.</translation>
    </message>
    <message>
        <source>The stored results cannot be read: {detail} ({path}).</source>
        <translation>No se pueden leer los resultados guardados: {detail} ({path}).</translation>
    </message>
    <message>
        <source>This result is no longer stored: another program has deleted it.</source>
        <translation>Este resultado ya no está guardado: otro programa lo ha borrado.</translation>
    </message>
    <message>
        <source>{field}: {value} is not allowed; allowed is {range}.</source>
        <translation>{field}: {value} no se permite; se permite {range}.</translation>
    </message>
    <message>
        <source>{field}: {device} is alone here; allowed is 2 or more GPUs, or devices cpu.</source>
        <translation>{field}: {device} es el único aquí; se permiten 2 o más GPU, o devices cpu.</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>de {low} a {high}</translation>
    </message>
    <message>
        <source>one of {choices}</source>
        <translation>uno de {choices}</translation>
    </message>
    <message>
        <source>one of {choices}, or {called}</source>
        <translation>uno de {choices}, o {called}</translation>
    </message>
    <message>
        <source>perhaps ({percent} %)</source>
        <translation>quizá ({percent} %)</translation>
    </message>
    <message>
        <source>no: memory</source>
        <translation>no: memoria</translation>
    </message>
    <message>
        <source>no: too slow</source>
        <translation>no: demasiado lento</translation>
    </message>
    <message>
        <source>no</source>
        <translation>no</translation>
    </message>
    <message>
        <source>Scenario {number} of 4</source>
        <translation>Escenario {number} de 4</translation>
    </message>
    <message>
        <source>No verdict</source>
        <translation>Sin veredicto</translation>
    </message>
    <message>
        <source>What this computer can finish</source>
        <translation>Lo que este equipo puede terminar</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Tarea</translation>
    </message>
    <message>
        <source>On</source>
        <translation>En</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Tiempo</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Límite</translation>
    </message>
    <message>
        <source>In time?</source>
        <translation>¿A tiempo?</translation>
    </message>
    <message>
        <source>Before you buy</source>
        <translation>Antes de comprar</translation>
    </message>
    <message>
        <source>What limits it</source>
        <translation>Qué lo limita</translation>
    </message>
    <message>
        <source>GPU compute (driver only)</source>
        <translation>Cálculo en la GPU (solo el controlador)</translation>
    </message>
    <message>
        <source>What it rests on</source>
        <translation>En qué se apoya</translation>
    </message>
    <message>
        <source>How far to trust it: {grade}</source>
        <translation>Cuánto fiarse: {grade}</translation>
    </message>
    <message>
        <source>too weak a power supply</source>
        <translation>fuente de alimentación demasiado débil</translation>
    </message>
    <message>
        <source>virtual GPU</source>
        <translation>GPU virtual</translation>
    </message>
    <message>
        <source>mains</source>
        <translation>red eléctrica</translation>
    </message>
    <message>
        <source>battery</source>
        <translation>batería</translation>
    </message>
    <message>
        <source>laptop</source>
        <translation>portátil</translation>
    </message>
    <message>
        <source>desktop</source>
        <translation>sobremesa</translation>
    </message>
    <message>
        <source>server</source>
        <translation>servidor</translation>
    </message>
    <message>
        <source>host of virtual GPUs</source>
        <translation>anfitrión de GPU virtuales</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 hilo</translation>
    </message>
    <message>
        <source>{count} threads</source>
        <translation>{count} hilos</translation>
    </message>
    <message>
        <source>{count} accelerators</source>
        <translation>{count} aceleradores</translation>
    </message>
    <message>
        <source>1 accelerator</source>
        <translation>1 acelerador</translation>
    </message>
    <message>
        <source>its power limit</source>
        <translation>su límite de potencia</translation>
    </message>
    <message>
        <source>a hardware slowdown</source>
        <translation>un freno del hardware</translation>
    </message>
    <message>
        <source>heat</source>
        <translation>el calor</translation>
    </message>
    <message>
        <source>the power brake</source>
        <translation>el freno de potencia</translation>
    </message>
    <message>
        <source>The small network trains at {rate} images/s on {device} (± {half_width} %, {windows} windows).</source>
        <translation>La red pequeña entrena a {rate} imágenes/s en {device} (± {half_width} %, {windows} ventanas).</translation>
    </message>
    <message>
        <source>It reached {accuracy} % accuracy on unseen images after {seconds} of training on {device}.</source>
        <translation>Acertó el {accuracy} % de las imágenes nuevas tras {seconds} de entrenamiento en {device}.</translation>
    </message>
    <message>
        <source>With settings of its own ({precision}{layout}) {model} trains {gain} times as fast on {device} as with those of the small network.</source>
        <translation>Con ajustes propios ({precision}{layout}), {model} entrena en {device} a {gain} veces la velocidad de los de la red pequeña.</translation>
    </message>
    <message>
        <source>Other programs train as fast here with these variables in their environment: {variables}.</source>
        <translation>Otros programas entrenan aquí igual de rápido con estas variables en su entorno: {variables}.</translation>
    </message>
    <message>
        <source>One image at a time the small network trains at {rate} images/s on {device}, in batches of {batch} at {best}.</source>
        <translation>De imagen en imagen, la red pequeña entrena a {rate} imágenes/s en {device}; en lotes de {batch}, a {best}.</translation>
    </message>
    <message>
        <source>The same product: {slow} GFLOP/s one multiplication at a time, {fast} all at once on {device}: {gain} times as fast.</source>
        <translation>El mismo producto: {slow} GFLOP/s multiplicando uno a uno, {fast} todo a la vez en {device}: la velocidad se multiplica por {gain}.</translation>
    </message>
    <message>
        <source>Training takes {percent} % of a small project&apos;s time on {device}; preparing the images {prepare} %, storing, loading and using the network the rest.</source>
        <translation>Entrenar se lleva el {percent} % del tiempo de un proyecto pequeño en {device}; preparar las imágenes, el {prepare} %; guardar, cargar y usar la red, el resto.</translation>
    </message>
    <message>
        <source>To {accuracy} % of unseen images right it takes {seconds} of training on {device} (median of {runs}, {low} to {high}).</source>
        <translation>Para acertar el {accuracy} % de las imágenes nuevas hacen falta {seconds} de entrenamiento en {device} (mediana de {runs}, de {low} a {high}).</translation>
    </message>
    <message>
        <source>The largest batch of {model} that fits on {device}: {batch}.</source>
        <translation>El mayor lote de {model} que cabe en {device}: {batch}.</translation>
    </message>
    <message>
        <source>The largest batch of {model} that fits on {device}: {batch} (estimated; {tried} was tried).</source>
        <translation>El mayor lote de {model} que cabe en {device}: {batch} (estimado; se probó {tried}).</translation>
    </message>
    <message>
        <source>One pass of {model} over ImageNet would take {time} on {device}; multiplied one number at a time in Python, {naive}.</source>
        <translation>Una pasada de {model} por ImageNet llevaría {time} en {device}; multiplicando número a número en Python, {naive}.</translation>
    </message>
    <message>
        <source>After {minutes} min without a pause {device} keeps {percent} % of its first speed; the worst part is {stability} % of the best (97 % passes 3DMark&apos;s stress test).</source>
        <translation>Tras {minutes} min sin pausa {device} conserva el {percent} % de su velocidad inicial; el peor tramo es el {stability} % del mejor (con 97 % se supera la prueba de estrés de 3DMark).</translation>
    </message>
    <message>
        <source>{device} was slowed down by {cause} in {percent} % of that time.</source>
        <translation>{device}: ritmo frenado por {cause} el {percent} % de ese tiempo.</translation>
    </message>
    <message>
        <source>{device} took {kilojoules} kJ meanwhile: {images} images for each joule.</source>
        <translation>{device} gastó {kilojoules} kJ mientras tanto: {images} imágenes por julio.</translation>
    </message>
    <message>
        <source>{ranks} processes on {device} train {model} at {rate} samples/s together: {percent} % of {ranks} times one alone; exchanging gradients takes {exchange} % of a step.</source>
        <translation>{ranks} procesos en {device} entrenan juntos {model} a {rate} muestras/s: el {percent} % de {ranks} veces uno solo; el intercambio de gradientes ocupa el {exchange} % de un paso.</translation>
    </message>
    <message>
        <source>{device} trains {many} images for each joule in batches of {batch}, and {one} one at a time.</source>
        <translation>{device} entrena {many} imágenes por julio en lotes de {batch}, y {one} de una en una.</translation>
    </message>
    <message>
        <source>Shaders on {device} (by {backend}; this is not PyTorch&apos;s speed): {gflops} GFLOP/s after {seconds} of load, {percent} % of its first speed; its memory copies {gigabytes} GB/s.</source>
        <translation>Sombreadores en {device} (con {backend}; no es la velocidad de PyTorch): {gflops} GFLOP/s tras {seconds} de carga, el {percent} % de su velocidad inicial; su memoria copia {gigabytes} GB/s.</translation>
    </message>
    <message>
        <source>{device} took {watts} W meanwhile, at {clock} MHz and {celsius} °C.</source>
        <translation>{device} consumió mientras tanto {watts} W, a {clock} MHz y {celsius} °C.</translation>
    </message>
    <message>
        <source>With a PyTorch that can use {device}: {job} in probably {low} to {high} (estimated from shaders, not measured).</source>
        <translation>Con un PyTorch que pueda usar {device}: {job}, probablemente entre {low} y {high} (estimado con sombreadores, no medido).</translation>
    </message>
    <message>
        <source>With a PyTorch that can use {device} this computer would probably be in scenario {least} (estimated from shaders, not measured).</source>
        <translation>Con un PyTorch que pueda usar {device}, este equipo estaría probablemente en el escenario {least} (estimado con sombreadores, no medido).</translation>
    </message>
    <message>
        <source>With a PyTorch that can use {device} this computer would be at least in scenario {least}, perhaps in {most} (estimated from shaders, not measured).</source>
        <translation>Con un PyTorch que pueda usar {device}, este equipo estaría al menos en el escenario {least}, quizá en el {most} (estimado con sombreadores, no medido).</translation>
    </message>
    <message>
        <source>No graphics driver here offers a GPU but a software adapter: {device}, the processor playing one.</source>
        <translation>Ningún controlador gráfico ofrece aquí más GPU que un adaptador de software: {device}, el procesador que hace de GPU.</translation>
    </message>
    <message>
        <source>{device} was not measured through its driver: {failure}</source>
        <translation>{device} no se midió a través de su controlador: {failure}</translation>
    </message>
    <message>
        <source>No graphics driver here offers a GPU: install the driver from the maker of the GPU, if there is one.</source>
        <translation>Ningún controlador gráfico ofrece aquí una GPU: instale el controlador del fabricante de la GPU, si hay una.</translation>
    </message>
    <message>
        <source>The graphics drivers could not be asked: {detail}</source>
        <translation>No se pudo consultar a los controladores gráficos: {detail}</translation>
    </message>
    <message>
        <source>Forecasts leave out loading data, validation and checkpoints.</source>
        <translation>Las previsiones no cuentan la carga de datos, la validación ni los puntos de control.</translation>
    </message>
    <message>
        <source>{job}: about {time} ({low} to {high}) on {device}, and {deadline} is the limit.</source>
        <translation>{job}: alrededor de {time} (de {low} a {high}) en {device}; el límite es {deadline}.</translation>
    </message>
    <message>
        <source>{job} would take about {time} ({low} to {high}) on {device}; the limit is {deadline}.</source>
        <translation>{job}: llevaría alrededor de {time} (de {low} a {high}) en {device}; el límite es {deadline}.</translation>
    </message>
    <message>
        <source>{job} needs about {need} of memory and {device} has {has}.</source>
        <translation>{job}: necesita unos {need} de memoria y {device} tiene {has}.</translation>
    </message>
    <message>
        <source>{job} was not measured.</source>
        <translation>{job}: no se midió.</translation>
    </message>
    <message>
        <source>{job} was not tried: an easier job already takes too long here.</source>
        <translation>{job}: no se probó, pues una tarea más fácil ya tarda demasiado aquí.</translation>
    </message>
    <message>
        <source>Scenario {scenario} needs {need} or more accelerators; this machine has {has}.</source>
        <translation>El escenario {scenario} pide {need} aceleradores o más; este equipo tiene {has}.</translation>
    </message>
    <message>
        <source>Other programs limited this measurement most: they had {percent} % of the processor.</source>
        <translation>Lo que más limitó esta medición fueron otros programas: tuvieron el {percent} % del procesador.</translation>
    </message>
    <message>
        <source>Memory is too small for one thing: {job} needs {need}, and {device} has {has}.</source>
        <translation>La memoria no llega para una cosa: {job} necesita {need}, y {device} tiene {has}.</translation>
    </message>
    <message>
        <source>Small steps on {device} wait for operations to start: twice the batch of {batch} takes only {ratio} times as long.</source>
        <translation>Los pasos pequeños en {device} esperan a que arranquen las operaciones: con el doble del lote de {batch}, el tiempo solo se multiplica por {ratio}.</translation>
    </message>
    <message>
        <source>{device} is limited by its arithmetic: {model} does {gflops} of at most {peak} GFLOP/s ({compute} %).</source>
        <translation>El cálculo limita {device}: {model} hace {gflops} de {peak} GFLOP/s como mucho ({compute} %).</translation>
    </message>
    <message>
        <source>{device} is limited by its memory: {model} moves {gigabytes} of at most {bandwidth} GB/s ({memory} %; above 100 % caches help), and does {compute} % of its arithmetic.</source>
        <translation>La memoria limita {device}: {model} mueve {gigabytes} de {bandwidth} GB/s como mucho ({memory} %; por encima del 100 % ayudan las cachés), y hace el {compute} % de su cálculo.</translation>
    </message>
    <message>
        <source>Neither arithmetic ({compute} % of {peak} GFLOP/s) nor memory ({memory} % of {bandwidth} GB/s) limits {model} on {device}: its operations are too small or wait for each other.</source>
        <translation>Ni el cálculo ({compute} % de {peak} GFLOP/s) ni la memoria ({memory} % de {bandwidth} GB/s) limitan {model} en {device}: sus operaciones son demasiado pequeñas o se esperan unas a otras.</translation>
    </message>
    <message>
        <source>Preparing the data is slower than training: one process prepares {prepared} images/s, and {device} trains {trained}.</source>
        <translation>Preparar los datos es más lento que entrenar: un proceso prepara {prepared} imágenes/s, y {device} entrena {trained}.</translation>
    </message>
    <message>
        <source>For scenario {towards} this machine would have to be {factor} times as fast at {job}.</source>
        <translation>Para el escenario {towards} este equipo tendría que multiplicar por {factor} su velocidad en: {job}.</translation>
    </message>
    <message>
        <source>Close to scenario {towards}: only {factor} times as fast at {job} would do.</source>
        <translation>Cerca del escenario {towards}: bastaría con multiplicar por {factor} su velocidad en: {job}.</translation>
    </message>
    <message>
        <source>For scenario {towards} it lacks memory for {job}.</source>
        <translation>Para el escenario {towards} le falta memoria para: {job}.</translation>
    </message>
    <message>
        <source>For scenario {towards} it lacks accelerators.</source>
        <translation>Para el escenario {towards} le faltan aceleradores.</translation>
    </message>
    <message>
        <source>Whether scenario {towards} is in reach was not measured: {job}.</source>
        <translation>No se midió si el escenario {towards} está a su alcance: {job}.</translation>
    </message>
    <message>
        <source>There is no higher scenario.</source>
        <translation>No hay escenario más alto.</translation>
    </message>
    <message>
        <source>It runs on its battery, where computers save power: plug it in and check again.</source>
        <translation>Funciona con su batería, y así los equipos ahorran energía: enchúfelo y repita la prueba.</translation>
    </message>
    <message>
        <source>The battery holds {percent} % of what it held when new: a new one belongs to the price.</source>
        <translation>La batería guarda el {percent} % de lo que guardaba nueva: sume una nueva al precio.</translation>
    </message>
    <message>
        <source>{device} may take {watts} of at most {most} W ({percent} %): look for a performance mode, or for the same GPU with more power.</source>
        <translation>{device} puede tomar {watts} de {most} W como mucho ({percent} %): busque un modo de rendimiento, o la misma GPU con más potencia.</translation>
    </message>
    <message>
        <source>Only {has} of the {need} of {device} were free: close what holds the rest and check again.</source>
        <translation>Solo {has} de los {need} de {device} estaban libres: cierre lo que ocupa el resto y repita la prueba.</translation>
    </message>
    <message>
        <source>{device} reaches {percent} % of what its name promises: compare its power and cooling with others&apos;.</source>
        <translation>{device} alcanza el {percent} % de lo que promete su nombre: compare su potencia y refrigeración con otras.</translation>
    </message>
    <message>
        <source>After {minutes} min {device} kept {percent} % of its first speed: look at fans and dust, or expect this of every long training.</source>
        <translation>Tras {minutes} min {device} conservó el {percent} % de su velocidad inicial: mire ventiladores y polvo, o cuente con ello en cada entrenamiento largo.</translation>
    </message>
    <message>
        <source>Memory is copied at {gigabytes} GB/s only, little for {cores} cores. A suspicion: one memory module where two belong; look inside.</source>
        <translation>La memoria se copia a solo {gigabytes} GB/s, poco para {cores} núcleos. Una sospecha: un módulo de memoria donde van dos; mire dentro.</translation>
    </message>
    <message>
        <source>The engine that was chosen cannot be used, so this program&apos;s own one measures ({why}).</source>
        <translation>El motor elegido no se puede usar, así que mide el propio de este programa ({why}).</translation>
    </message>
    <message>
        <source>The computer runs on its battery and saves power, so it will look slower than it is: plug it in.</source>
        <translation>El equipo funciona con batería y ahorra energía, así que parecerá más lento de lo que es: enchúfelo.</translation>
    </message>
    <message>
        <source>Its power mode is {mode}, which saves energy: choose balanced or performance in the settings of the system.</source>
        <translation>Su modo de energía es {mode}, que ahorra energía: elija equilibrado o rendimiento en los ajustes del sistema.</translation>
    </message>
    <message>
        <source>Its clock governor is {governor}, which keeps the processor slow: choose schedutil or performance.</source>
        <translation>Su regulador de frecuencia es {governor}, que mantiene lento el procesador: elija schedutil o performance.</translation>
    </message>
    <message>
        <source>A limit of the container or the service lets this program take {has} of the {need} of memory: raise it if larger networks should fit.</source>
        <translation>Un límite del contenedor o del servicio deja a este programa {has} de los {need} de memoria: súbalo si deben caber redes más grandes.</translation>
    </message>
    <message>
        <source>Only {has} of {need} of memory are free: close what holds the rest, above all browsers.</source>
        <translation>Solo hay {has} libres de {need} de memoria: cierre lo que ocupa el resto, sobre todo los navegadores.</translation>
    </message>
    <message>
        <source>{has} of what programs hold lie in the swap space, as memory was short: close large programs, or the disk will slow the training down.</source>
        <translation>{has} de lo que ocupan los programas están en el espacio de intercambio, porque faltó memoria: cierre los programas grandes o el disco frenará el entrenamiento.</translation>
    </message>
    <message>
        <source>Only {usable} of {logical} cores may be used here: a container, a service or an affinity holds back the rest.</source>
        <translation>Aquí solo se pueden usar {usable} de {logical} núcleos: un contenedor, un servicio o una afinidad retiene el resto.</translation>
    </message>
    <message>
        <source>Yes: {job} takes {low} to {high} on {device}.</source>
        <translation>Sí: {job} lleva de {low} a {high} en {device}.</translation>
    </message>
    <message>
        <source>Yes, but slowly: {job} takes {low} to {high} on {device}; {deadline} would be good.</source>
        <translation>Sí, pero despacio: {job} lleva de {low} a {high} en {device}; lo bueno sería un máximo de {deadline}.</translation>
    </message>
    <message>
        <source>No: {job} would take {low} to {high} on {device}; {deadline} would be good.</source>
        <translation>No: {job} llevaría de {low} a {high} en {device}; lo bueno sería un máximo de {deadline}.</translation>
    </message>
    <message>
        <source>No: {job} needs {need} of memory, and {device} has {has}.</source>
        <translation>No: {job} necesita {need} de memoria, y {device} tiene {has}.</translation>
    </message>
    <message>
        <source>No: {job} asks for {need} or more accelerators.</source>
        <translation>No: {job} pide {need} aceleradores o más.</translation>
    </message>
    <message>
        <source>No: {job} was not tried, as an easier job already takes too long here.</source>
        <translation>No: {job} no se probó, pues una tarea más fácil ya tarda demasiado aquí.</translation>
    </message>
    <message>
        <source>The cheapest way out that is known: {offer} ({accelerators}) takes {low} to {high} and {least} to {most} US dollars (price: {date}).</source>
        <translation>La salida más barata que se conoce: {offer} ({accelerators}) tarda de {low} a {high} y cuesta de {least} a {most} dólares de EE. UU. (precio: {date}).</translation>
    </message>
    <message>
        <source>It takes a GPU with {need} of memory or more; how long, no published table tells.</source>
        <translation>Hace falta una GPU con {need} de memoria o más; cuánto tarda no lo dice ninguna tabla publicada.</translation>
    </message>
    <message>
        <source>The check did not run to its end.</source>
        <translation>La prueba no llegó a su fin.</translation>
    </message>
    <message>
        <source>Other programs used {percent} % of the processor meanwhile; the busiest: {program}.</source>
        <translation>Otros programas usaron mientras tanto el {percent} % del procesador; el más activo: {program}.</translation>
    </message>
    <message>
        <source>The system took the processor away from each thread {times} times a second, to run something else.</source>
        <translation>El sistema quitó el procesador a cada hilo {times} veces por segundo, para ejecutar otra cosa.</translation>
    </message>
    <message>
        <source>The computer was in its power mode {mode}, which saves energy.</source>
        <translation>El equipo estaba en su modo de energía {mode}, que ahorra.</translation>
    </message>
    <message>
        <source>The host of this virtual machine took {percent} % of the processor away.</source>
        <translation>El anfitrión de esta máquina virtual se llevó el {percent} % del procesador.</translation>
    </message>
    <message>
        <source>Training got only {percent} % of the processor time that its threads asked for.</source>
        <translation>El entrenamiento solo obtuvo el {percent} % del tiempo de procesador que pedían sus hilos.</translation>
    </message>
    <message>
        <source>Not sure: others took {percent} % of the processor, and without them scenario {towards} could be in reach. Close what is running and check again.</source>
        <translation>No es seguro: otros se llevaron el {percent} % del procesador, y sin ellos el escenario {towards} podría estar al alcance. Cierre lo que esté en marcha y repita la prueba.</translation>
    </message>
    <message>
        <source>The computer ran on its battery.</source>
        <translation>El equipo funcionaba con su batería.</translation>
    </message>
    <message>
        <source>The rate of {model} on {device} had not settled after the warm-up.</source>
        <translation>El ritmo de {model} en {device} no se había estabilizado tras el calentamiento.</translation>
    </message>
    <message>
        <source>The rate of {model} on {device} is known to ± {half_width} % only.</source>
        <translation>El ritmo de {model} en {device} solo se conoce a ± {half_width} %.</translation>
    </message>
    <message>
        <source>Only {windows} windows of {model} on {device} were measured.</source>
        <translation>Solo se midieron {windows} ventanas de {model} en {device}.</translation>
    </message>
    <message>
        <source>The processor&apos;s clock fell by {percent} % during the check.</source>
        <translation>La frecuencia del procesador bajó un {percent} % durante la prueba.</translation>
    </message>
    <message>
        <source>The computer slept, or the program was stopped, for {seconds}; what was measured meanwhile does not count.</source>
        <translation>El equipo durmió, o el programa estuvo parado, durante {seconds}; lo medido entretanto no cuenta.</translation>
    </message>
    <message>
        <source>The machine swapped memory to disk meanwhile.</source>
        <translation>El equipo pasó memoria al disco mientras tanto.</translation>
    </message>
    <message>
        <source>{model} was measured at smaller batches and extrapolated.</source>
        <translation>{model}: se midió con lotes menores y se extrapoló.</translation>
    </message>
    <message>
        <source>{model} on {device} did not run: {failure}</source>
        <translation>{model} en {device} no funcionó: {failure}</translation>
    </message>
    <message>
        <source>{folder} cannot be written, so results are kept in {place}.</source>
        <translation>No se puede escribir en {folder}, así que los resultados se guardan en {place}.</translation>
    </message>
    <message>
        <source>The result could not be stored: {why}.</source>
        <translation>No se pudo guardar el resultado: {why}.</translation>
    </message>
    <message>
        <source>The program ended in the middle of this check; what it had measured by then is kept.</source>
        <translation>El programa terminó en medio de esta prueba; se conserva lo que había medido hasta entonces.</translation>
    </message>
    <message>
        <source>The check of {when} was interrupted, and what it had measured is not lost.</source>
        <translation>La prueba del {when} se interrumpió; lo que había medido no se ha perdido.</translation>
    </message>
    <message>
        <source>Ferrari or truck</source>
        <translation>Ferrari o camión</translation>
    </message>
    <message>
        <source>A Ferrari brings one parcel soonest, a truck brings a thousand. A processor is the Ferrari: quick with a small load. A GPU is the truck: slow to start, but it carries far more at once, and burns less fuel for each parcel.</source>
        <translation>Un Ferrari trae antes un paquete; un camión trae mil. El procesador es el Ferrari: rápido con poca carga. La GPU es el camión: tarda en arrancar, pero lleva mucho más de una vez y gasta menos combustible por paquete.</translation>
    </message>
    <message>
        <source>All at once</source>
        <translation>Todo a la vez</translation>
    </message>
    <message>
        <source>Training is mostly matrix products. Their multiplications do not wait for each other, so all can be done at once instead of one after another. That is why GPUs are faster, and why even a processor need not be slow.</source>
        <translation>Entrenar es, sobre todo, multiplicar matrices. Sus multiplicaciones no se esperan unas a otras, así que pueden hacerse todas a la vez en lugar de una tras otra. Por eso las GPU son más rápidas, y por eso ni siquiera un procesador tiene que ser lento.</translation>
    </message>
    <message>
        <source>Where the time goes</source>
        <translation>En qué se va el tiempo</translation>
    </message>
    <message>
        <source>A project prepares its data, trains a network, stores it and uses it. Training is said to be the most intensive part: a forward pass, a backward pass and an update of the weights, for every batch of images.</source>
        <translation>Un proyecto prepara sus datos, entrena una red, la guarda y la usa. Se dice que entrenar es lo más intensivo: una pasada hacia delante, otra hacia atrás y una actualización de los pesos por cada lote de imágenes.</translation>
    </message>
    <message>
        <source>Under the roof</source>
        <translation>Bajo el techo</translation>
    </message>
    <message>
        <source>No training is faster than arithmetic and memory allow: that is the roof. A spot near the slope waits for memory, one near the flat part for arithmetic; one far below both waits for something else.</source>
        <translation>Ningún entrenamiento va más rápido de lo que permiten el cálculo y la memoria: ese es el techo. Un punto cerca de la pendiente espera a la memoria; cerca de la parte llana, al cálculo; muy por debajo de ambas, a otra cosa.</translation>
    </message>
    <message>
        <source>Time to accuracy</source>
        <translation>Tiempo hasta acertar</translation>
    </message>
    <message>
        <source>That deep learning needs a data centre is a beginner&apos;s myth. It needs considerable hardware, not infinite: on a smaller computer it takes longer until a network works well enough, and here is how long.</source>
        <translation>Que el aprendizaje profundo necesita un centro de datos es un mito de principiante. Necesita un equipo considerable, no infinito: en un ordenador más pequeño se tarda más en tener una red que funcione bien, y aquí se ve cuánto.</translation>
    </message>
    <message>
        <source>Google, Stanford and this computer</source>
        <translation>Google, Stanford y este equipo</translation>
    </message>
    <message>
        <source>In 2012 Google trained a network that found cats on 1,000 machines with 16,000 cores in three days. In 2013 Stanford did as much on 12 gaming cards in three servers, in a couple of days. A processor&apos;s core and a card&apos;s core are not comparable; operations a second are.</source>
        <translation>En 2012 Google entrenó en tres días, en 1000 máquinas con 16 000 núcleos, una red que encontraba gatos. En 2013 Stanford hizo otro tanto con 12 tarjetas para juegos en tres servidores, en un par de días. Un núcleo de procesador y uno de tarjeta no se pueden comparar; las operaciones por segundo, sí.</translation>
    </message>
    <message>
        <source>Among known hardware</source>
        <translation>Entre equipos conocidos</translation>
    </message>
    <message>
        <source>How many photos a second ResNet-50 trains on, as one source published it and as it was measured here. The scenarios are those of the verdict. Sources differ by up to twice for the same card: they are never mixed.</source>
        <translation>Con cuántas fotos por segundo entrena ResNet-50, según lo publicó una fuente y según se midió aquí. Los escenarios son los del veredicto. Entre fuentes hay hasta el doble de diferencia para una misma tarjeta: nunca se mezclan.</translation>
    </message>
    <message>
        <source>How graphics cards learnt to learn</source>
        <translation>Cómo aprendieron a aprender las tarjetas gráficas</translation>
    </message>
    <message>
        <source>one multiplication at a time (Python)</source>
        <translation>una multiplicación tras otra (Python)</translation>
    </message>
    <message>
        <source>one row at a time</source>
        <translation>fila a fila</translation>
    </message>
    <message>
        <source>one core, whole matrices</source>
        <translation>un núcleo, matrices enteras</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>todos los núcleos</translation>
    </message>
    <message>
        <source>all at once</source>
        <translation>todo a la vez</translation>
    </message>
    <message>
        <source>prepare the images (one process)</source>
        <translation>preparar las imágenes (un proceso)</translation>
    </message>
    <message>
        <source>move them to the device</source>
        <translation>llevarlas al dispositivo</translation>
    </message>
    <message>
        <source>forward pass</source>
        <translation>pasada hacia delante</translation>
    </message>
    <message>
        <source>backward pass</source>
        <translation>pasada hacia atrás</translation>
    </message>
    <message>
        <source>update the weights</source>
        <translation>actualizar los pesos</translation>
    </message>
    <message>
        <source>store the network</source>
        <translation>guardar la red</translation>
    </message>
    <message>
        <source>load the network</source>
        <translation>cargar la red</translation>
    </message>
    <message>
        <source>answer for one image</source>
        <translation>responder a una imagen</translation>
    </message>
    <message>
        <source>images in a batch</source>
        <translation>imágenes por lote</translation>
    </message>
    <message>
        <source>GFLOP/s</source>
        <translation>GFLOP/s</translation>
    </message>
    <message>
        <source>GFLOP/s in fp32</source>
        <translation>GFLOP/s en fp32</translation>
    </message>
    <message>
        <source>operations for each byte of memory</source>
        <translation>operaciones por byte de memoria</translation>
    </message>
    <message>
        <source>seconds of training</source>
        <translation>segundos de entrenamiento</translation>
    </message>
    <message>
        <source>% of unseen images right</source>
        <translation>% de imágenes nuevas acertadas</translation>
    </message>
    <message>
        <source>ResNet-50, images/s</source>
        <translation>ResNet-50, imágenes/s</translation>
    </message>
    <message>
        <source>from {batch} images on {device} leads</source>
        <translation>desde {batch} imágenes gana {device}</translation>
    </message>
    <message>
        <source>{batch} images are enough</source>
        <translation>bastan {batch} imágenes</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>roof of {device}</source>
        <translation>techo de {device}</translation>
    </message>
    <message>
        <source>Google 2012: 16,000 processor cores</source>
        <translation>Google 2012: 16 000 núcleos de procesador</translation>
    </message>
    <message>
        <source>not published</source>
        <translation>no publicado</translation>
    </message>
    <message>
        <source>Stanford 2013: 12 x GTX 680, data sheet</source>
        <translation>Stanford 2013: 12 x GTX 680, hoja de datos</translation>
    </message>
    <message>
        <source>GT 740M, a laptop of 2013, data sheet</source>
        <translation>GT 740M, un portátil de 2013, hoja de datos</translation>
    </message>
    <message>
        <source>GTX 1080, the article&apos;s best laptop, data sheet</source>
        <translation>GTX 1080, el mejor portátil del artículo, hoja de datos</translation>
    </message>
    <message>
        <source>{device}, measured</source>
        <translation>{device}, medido</translation>
    </message>
    <message>
        <source>The first matrix product on a graphics card, disguised as a picture (Larsen and McAllister).</source>
        <translation>El primer producto de matrices en una tarjeta gráfica, disfrazado de imagen (Larsen y McAllister).</translation>
    </message>
    <message>
        <source>LU factorisation on a graphics card, as fast as on processors (Galoppo, Govindaraju and others).</source>
        <translation>Factorización LU en una tarjeta gráfica, tan rápida como en los procesadores (Galoppo, Govindaraju y otros).</translation>
    </message>
    <message>
        <source>NVIDIA presents CUDA: a graphics card is programmed as what it has become, a computer for numbers.</source>
        <translation>NVIDIA presenta CUDA: la tarjeta gráfica se programa como lo que ya es, un ordenador para números.</translation>
    </message>
    <message>
        <source>AlexNet wins ImageNet by far, trained on two GTX 580 in five to six days (Krizhevsky and others). Google&apos;s network finds cats with 16,000 processor cores.</source>
        <translation>AlexNet gana ImageNet con diferencia, entrenada en dos GTX 580 en cinco o seis días (Krizhevsky y otros). La red de Google encuentra gatos con 16 000 núcleos de procesador.</translation>
    </message>
    <message>
        <source>Stanford trains as large a network with 12 graphics cards.</source>
        <translation>Stanford entrena una red igual de grande con 12 tarjetas gráficas.</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s Volta has circuits for matrix products alone: tensor cores.</source>
        <translation>Volta, de NVIDIA, trae circuitos solo para productos de matrices: los núcleos tensoriales.</translation>
    </message>
    <message>
        <source>This computer: {name}, {gflops} GFLOP/s in fp32.</source>
        <translation>Este equipo: {name}, {gflops} GFLOP/s en fp32.</translation>
    </message>
    <message>
        <source>{device} takes {one} ms for a step with one image, and {many} ms with {batch}: {gain} times the images for each second.</source>
        <translation>{device} tarda {one} ms en un paso con una imagen y {many} ms con {batch}: las imágenes por segundo se multiplican por {gain}.</translation>
    </message>
    <message>
        <source>From batches of {batch} on {device} is ahead of {other}: here the truck overtakes the Ferrari.</source>
        <translation>Desde lotes de {batch}, {device} va por delante de {other}: aquí el camión adelanta al Ferrari.</translation>
    </message>
    <message>
        <source>{device} stays behind {other} at every batch that was tried.</source>
        <translation>{device} va por detrás de {other} con todos los lotes que se probaron.</translation>
    </message>
    <message>
        <source>Only one device can train here, so there is no truck to overtake.</source>
        <translation>Aquí solo puede entrenar un dispositivo: no hay camión que adelante.</translation>
    </message>
    <message>
        <source>Of a training step the forward pass takes {forward} %, the backward pass {backward} % and the update of the weights {update} %.</source>
        <translation>De cada paso de entrenamiento, la pasada hacia delante se lleva el {forward} %, la pasada hacia atrás el {backward} % y la actualización de los pesos el {update} %.</translation>
    </message>
    <message>
        <source>{percent} % of the arithmetic of a step is in matrix products and convolutions.</source>
        <translation>El {percent} % del cálculo de un paso está en productos de matrices y convoluciones.</translation>
    </message>
    <message>
        <source>On paper Stanford&apos;s twelve cards had {factor} times the arithmetic that {device} reaches.</source>
        <translation>Sobre el papel, las doce tarjetas de Stanford multiplicaban por {factor} el cálculo que alcanza {device}.</translation>
    </message>
    <message>
        <source>{device} reaches {factor} times the arithmetic that Stanford&apos;s twelve cards had on paper.</source>
        <translation>{device} multiplica por {factor} el cálculo que tenían sobre el papel las doce tarjetas de Stanford.</translation>
    </message>
    <message>
        <source>What they cost is not in the papers: about 1 (Wired, 2013) to 5 million dollars (a course of NVIDIA&apos;s) at Google, 20,000 (Wired) to 33,000 dollars at Stanford.</source>
        <translation>Los artículos no dicen lo que costaron: de 1 (Wired, 2013) a 5 millones de dólares (un curso de NVIDIA) en Google; de 20 000 (Wired) a 33 000 dólares en Stanford.</translation>
    </message>
    <message>
        <source>Sources: Le and others, arXiv:1112.6209; Coates and others, PMLR 28(3):1337-1345, 2013.</source>
        <translation>Fuentes: Le y otros, arXiv:1112.6209; Coates y otros, PMLR 28(3):1337-1345, 2013.</translation>
    </message>
    <message>
        <source>ResNet-50 trains at {rate} images/s on {device}: faster than {slower} of the {count} entries of {source}.</source>
        <translation>ResNet-50 entrena a {rate} imágenes/s en {device}: más que {slower} de las {count} entradas de {source}.</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>Escenario</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Confianza</translation>
    </message>
    <message>
        <source>Small network on {device}, images/s</source>
        <translation>Red pequeña en {device}, imágenes/s</translation>
    </message>
    <message>
        <source>{job}, on the fastest device</source>
        <translation>{job}, en el dispositivo más rápido</translation>
    </message>
    <message>
        <source>Matrix product on {device}, GFLOP/s</source>
        <translation>Producto de matrices en {device}, GFLOP/s</translation>
    </message>
    <message>
        <source>Memory of {device}, GB/s</source>
        <translation>Memoria de {device}, GB/s</translation>
    </message>
    <message>
        <source>To {percent} % of unseen images right, on {device}</source>
        <translation>Hasta acertar el {percent} % de las imágenes nuevas, en {device}</translation>
    </message>
    <message>
        <source>Of its first speed {device} keeps, %</source>
        <translation>De su velocidad inicial {device} conserva, %</translation>
    </message>
    <message>
        <source>beyond the noise</source>
        <translation>fuera del ruido</translation>
    </message>
    <message>
        <source>within the noise</source>
        <translation>dentro del ruido</translation>
    </message>
    <message>
        <source>noise unknown</source>
        <translation>ruido desconocido</translation>
    </message>
    <message>
        <source>network</source>
        <translation>red</translation>
    </message>
    <message>
        <source>convolution blocks</source>
        <translation>bloques de convolución</translation>
    </message>
    <message>
        <source>filters of the first block</source>
        <translation>filtros del primer bloque</translation>
    </message>
    <message>
        <source>side of an image</source>
        <translation>lado de una imagen</translation>
    </message>
    <message>
        <source>colour channels</source>
        <translation>canales de color</translation>
    </message>
    <message>
        <source>classes</source>
        <translation>clases</translation>
    </message>
    <message>
        <source>images in a step</source>
        <translation>imágenes por paso</translation>
    </message>
    <message>
        <source>optimiser</source>
        <translation>optimizador</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>tasa de aprendizaje</translation>
    </message>
    <message>
        <source>training data</source>
        <translation>datos de entrenamiento</translation>
    </message>
    <message>
        <source>passes over the data</source>
        <translation>pasadas por los datos</translation>
    </message>
    <message>
        <source>start of the random numbers</source>
        <translation>inicio de los números aleatorios</translation>
    </message>
    <message>
        <source>a quick check</source>
        <translation>una prueba rápida</translation>
    </message>
    <message>
        <source>a full check</source>
        <translation>una prueba completa</translation>
    </message>
    <message>
        <source>single measurements</source>
        <translation>medidas sueltas</translation>
    </message>
    <message>
        <source>small network</source>
        <translation>red pequeña</translation>
    </message>
    <message>
        <source>table network</source>
        <translation>red de tablas</translation>
    </message>
    <message>
        <source>synthetic images</source>
        <translation>imágenes sintéticas</translation>
    </message>
    <message>
        <source>Fashion-MNIST</source>
        <translation>Fashion-MNIST</translation>
    </message>
    <message>
        <source>{name} ran on its battery.</source>
        <translation>{name} iba con batería.</translation>
    </message>
    <message>
        <source>{name} has the trust grade {trust}.</source>
        <translation>{name} tiene un grado de confianza {trust}.</translation>
    </message>
    <message>
        <source>{name} did not run to its end.</source>
        <translation>{name} no llegó al final.</translation>
    </message>
    <message>
        <source>{name} was measured by Rigdyno {there}, {base} by {here}.</source>
        <translation>{name} se midió con Rigdyno {there}; {base}, con {here}.</translation>
    </message>
    <message>
        <source>{name} ran PyTorch {there}, {base} {here}.</source>
        <translation>{name} usó PyTorch {there}; {base}, {here}.</translation>
    </message>
    <message>
        <source>{name} trained in {there}, {base} in {here}.</source>
        <translation>{name} entrenó en {there}; {base}, en {here}.</translation>
    </message>
    <message>
        <source>The path {path} does not exist; name a Python, the folder of an environment, or a pack.</source>
        <translation>La ruta {path} no existe; indique un Python, la carpeta de un entorno o un paquete.</translation>
    </message>
    <message>
        <source>The path {path} holds no Python and is no pack; name a Python, the folder of an environment, or a pack.</source>
        <translation>La ruta {path} no contiene ningún Python ni es un paquete; indique un Python, la carpeta de un entorno o un paquete.</translation>
    </message>
    <message>
        <source>{path} did not answer within {seconds}.</source>
        <translation>{path} no respondió en {seconds}.</translation>
    </message>
    <message>
        <source>{path} cannot be started: {detail}.</source>
        <translation>{path} no se puede arrancar: {detail}.</translation>
    </message>
    <message>
        <source>{path} is no Python that works (exit code {exit}).</source>
        <translation>{path} no es un Python que funcione (código de salida {exit}).</translation>
    </message>
    <message>
        <source>{path} is Python {version}; an engine needs {needed} or newer.</source>
        <translation>{path} es Python {version}; un motor necesita {needed} o posterior.</translation>
    </message>
    <message>
        <source>{path} has no PyTorch ({detail}); install it there: python -m pip install torch numpy</source>
        <translation>{path} no tiene PyTorch ({detail}); instálelo allí: python -m pip install torch numpy</translation>
    </message>
    <message>
        <source>{path} has PyTorch {version}; an engine needs {needed} or newer.</source>
        <translation>{path} tiene PyTorch {version}; un motor necesita {needed} o posterior.</translation>
    </message>
    <message>
        <source>{path} has PyTorch {version}, but not all that it needs: {detail}</source>
        <translation>{path} tiene PyTorch {version}, pero no todo lo que necesita: {detail}</translation>
    </message>
    <message>
        <source>Something went wrong that nobody expected: {detail}</source>
        <translation>Algo falló que nadie esperaba: {detail}</translation>
    </message>
    <message>
        <source>{path} does not work: {failure}</source>
        <translation>{path} no funciona: {failure}</translation>
    </message>
    <message>
        <source>{path} is no pack that this version can read: {detail}.</source>
        <translation>{path} no es un paquete que esta versión pueda leer: {detail}.</translation>
    </message>
    <message>
        <source>{path} is made for Python {needed}, and this program is Python {version}: install one for it.</source>
        <translation>{path} está hecho para Python {needed}, y este programa es Python {version}: instale uno para él.</translation>
    </message>
    <message>
        <source>{path} is made for {needed}, and this is {version}: install one for it.</source>
        <translation>{path} está hecho para {needed}, y esto es {version}: instale uno para él.</translation>
    </message>
    <message>
        <source>{path} is not whole: {file} is missing. Install it again.</source>
        <translation>{path} no está completo: falta {file}. Instálelo de nuevo.</translation>
    </message>
    <message>
        <source>{path} is not whole: {file} has {size} bytes where {wanted} belong. Install it again.</source>
        <translation>{path} no está completo: {file} tiene {size} bytes donde deben ser {wanted}. Instálelo de nuevo.</translation>
    </message>
    <message>
        <source>{path} is damaged: the checksum of {file} is another one. Install it again.</source>
        <translation>{path} está dañado: la suma de comprobación de {file} es otra. Instálelo de nuevo.</translation>
    </message>
    <message>
        <source>Fits {device}: it holds code for compute capability {capability}, and the driver (CUDA {driver}) runs its CUDA {wanted}.</source>
        <translation>Sirve para {device}: contiene código para la capacidad de cómputo {capability}, y el controlador (CUDA {driver}) ejecuta su CUDA {wanted}.</translation>
    </message>
    <message>
        <source>May fit {device}: what code it holds, or what the driver can run, is not told.</source>
        <translation>Puede servir para {device}: no se sabe qué código contiene o qué puede ejecutar el controlador.</translation>
    </message>
    <message>
        <source>Is built for the CPU alone, and cannot use {device}.</source>
        <translation>Está compilado solo para la CPU y no puede usar {device}.</translation>
    </message>
    <message>
        <source>Needs a driver that knows CUDA {wanted}; that of {device} knows {driver}.</source>
        <translation>Necesita un controlador que conozca CUDA {wanted}; el de {device} conoce {driver}.</translation>
    </message>
    <message>
        <source>Holds no code for {device} (compute capability {capability}).</source>
        <translation>No contiene código para {device} (capacidad de cómputo {capability}).</translation>
    </message>
    <message>
        <source>Fits this computer, which has no NVIDIA GPU that answers.</source>
        <translation>Sirve para este equipo, donde no responde ninguna GPU de NVIDIA.</translation>
    </message>
    <message>
        <source>Is built for CUDA, and no NVIDIA GPU answers here: it trains on the CPU.</source>
        <translation>Está compilado para CUDA, y aquí no responde ninguna GPU de NVIDIA: entrena en la CPU.</translation>
    </message>
    <message>
        <source>No NVIDIA GPU answers here, so the right build is not known: name it, one of {builds}.</source>
        <translation>Aquí no responde ninguna GPU de NVIDIA, así que no se sabe qué compilación es la adecuada: indíquela, una de {builds}.</translation>
    </message>
    <message>
        <source>No PyTorch with CUDA fits {device} (compute capability {capability}, driver for CUDA {driver}): update the driver, or take another build by name.</source>
        <translation>Ningún PyTorch con CUDA sirve para {device} (capacidad de cómputo {capability}, controlador para CUDA {driver}): actualice el controlador, o indique otra compilación.</translation>
    </message>
    <message>
        <source>There is no build {build} of PyTorch; allowed is one of {builds}.</source>
        <translation>No hay ninguna compilación {build} de PyTorch; se admite una de {builds}.</translation>
    </message>
    <message>
        <source>This program has no list of the wheels of {build} for {system}: load them elsewhere ({command}), and give it their folder.</source>
        <translation>Este programa no tiene la lista de los paquetes wheel de {build} para {system}: cárguelos en otro equipo ({command}) e indíquele su carpeta.</translation>
    </message>
    <message>
        <source>pip found no PyTorch {version} for {build}: {detail}</source>
        <translation>pip no encontró PyTorch {version} para {build}: {detail}</translation>
    </message>
    <message>
        <source>The path {path} is no folder.</source>
        <translation>La ruta {path} no es una carpeta.</translation>
    </message>
    <message>
        <source>In {path} there is no wheel of PyTorch for Python {version} on {system}.</source>
        <translation>En {path} no hay ningún wheel de PyTorch para Python {version} en {system}.</translation>
    </message>
    <message>
        <source>In {path} there are several wheels of {file}: keep one.</source>
        <translation>En {path} hay varios wheel de {file}: deje uno.</translation>
    </message>
    <message>
        <source>The PyTorch in {path} is built for the CPU alone; for that one: rigdyno engine install cpu</source>
        <translation>El PyTorch de {path} está compilado solo para la CPU; para ese: rigdyno engine install cpu</translation>
    </message>
    <message>
        <source>The PyTorch in {path} is built for CUDA; for that one: rigdyno engine install cuda</source>
        <translation>El PyTorch de {path} está compilado para CUDA; para ese: rigdyno engine install cuda</translation>
    </message>
    <message>
        <source>In {path} only {has} are free, and this takes {need}: make room, or take another place.</source>
        <translation>En {path} solo quedan {has} libres, y esto ocupa {need}: haga sitio, o elija otro lugar.</translation>
    </message>
    <message>
        <source>The file {file} has {need}, and the file system of {path} ({system}) takes no file of 4 GiB or more: format the stick as exFAT, or take another one.</source>
        <translation>El archivo {file} ocupa {need}, y el sistema de archivos de {path} ({system}) no admite archivos de 4 GiB o más: formatee la memoria USB como exFAT, o use otra.</translation>
    </message>
    <message>
        <source>Nothing can be written to {path}: {detail}.</source>
        <translation>No se puede escribir en {path}: {detail}.</translation>
    </message>
    <message>
        <source>The server {host} does not give {file} (HTTP {status}).</source>
        <translation>El servidor {host} no entrega {file} (HTTP {status}).</translation>
    </message>
    <message>
        <source>The connection to {host} was lost ({detail}). What was loaded is kept: install again to go on from there.</source>
        <translation>Se perdió la conexión con {host} ({detail}). Lo que se ha cargado se conserva: instálelo de nuevo para seguir desde ahí.</translation>
    </message>
    <message>
        <source>The file {file} is not what was published: its checksum is another one. It was thrown away; install again to load it anew.</source>
        <translation>El archivo {file} no es el que se publicó: su suma de comprobación es otra. Se ha desechado; instálelo de nuevo para volver a cargarlo.</translation>
    </message>
    <message>
        <source>The file {file} is damaged ({detail}).</source>
        <translation>El archivo {file} está dañado ({detail}).</translation>
    </message>
    <message>
        <source>pip could not unpack the wheels: {detail}</source>
        <translation>pip no pudo desempaquetar los wheel: {detail}</translation>
    </message>
    <message>
        <source>Small network</source>
        <translation>Red pequeña</translation>
    </message>
    <message>
        <source>Table network</source>
        <translation>Red de tablas</translation>
    </message>
    <message>
        <source>Transformer</source>
        <translation>Transformer</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Batch sizes</source>
        <translation>Tamaños de lote</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>Productos</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>Etapas</translation>
    </message>
    <message>
        <source>To 85 %</source>
        <translation>Hasta 85 %</translation>
    </message>
    <message>
        <source>Soak</source>
        <translation>Resistencia</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>Juntos</translation>
    </message>
    <message>
        <source>rows/s</source>
        <translation>filas/s</translation>
    </message>
    <message>
        <source>sequences/s</source>
        <translation>secuencias/s</translation>
    </message>
    <message>
        <source>images/s</source>
        <translation>imágenes/s</translation>
    </message>
    <message>
        <source>The best settings found ({threads}, {precision}{layout}) are {gain} times as fast on {device} as plain fp32.</source>
        <translation>Los mejores ajustes hallados ({threads}, {precision}{layout}) entrenan en {device} a {gain} veces la velocidad de fp32 sin más.</translation>
    </message>
    <message>
        <source>Plain fp32, with {threads}, is as fast on {device} as any other settings that were tried.</source>
        <translation>Ningún otro ajuste que se probó es más rápido en {device} que fp32 sin más, con {threads}.</translation>
    </message>
    <message>
        <source>{device} is limited by heat: it was slowed down for {percent} % of the time.</source>
        <translation>{device} está limitado por el calor: estuvo frenado el {percent} % del tiempo.</translation>
    </message>
    <message>
        <source>{device} is limited by its power: it ran at its cap for {percent} % of the time, as designed.</source>
        <translation>{device} está limitado por su potencia: funcionó en su tope el {percent} % del tiempo, como está previsto.</translation>
    </message>
    <message>
        <source>{device} is connected by {lanes} lanes of PCIe {generation} at best ({gigabytes} GB/s), half of what it could use or less: put it into another slot, where there is one.</source>
        <translation>{device} está conectado, como mucho, por {lanes} carriles de PCIe {generation} ({gigabytes} GB/s), la mitad de lo que podría usar o menos: póngalo en otra ranura, si la hay.</translation>
    </message>
    <message>
        <source>{device} sleeps to save power, so its readings are missing: a check wakes it up.</source>
        <translation>{device} duerme para ahorrar energía, por lo que faltan sus lecturas: una prueba lo despierta.</translation>
    </message>
    <message>
        <source>{device} is there, but its driver is not installed, and training runs on the processor alone: {link}</source>
        <translation>{device} está presente, pero su controlador no está instalado y el entrenamiento usa solo el procesador: {link}</translation>
    </message>
    <message>
        <source>The driver of {device} is installed but not loaded: restart the computer; where Secure Boot is on, the driver has to be signed for it.</source>
        <translation>El controlador de {device} está instalado pero no cargado: reinicie el ordenador; si el arranque seguro está activado, el controlador debe estar firmado.</translation>
    </message>
    <message>
        <source>The driver of {device} was updated while it ran: restart the computer.</source>
        <translation>El controlador de {device} se actualizó mientras funcionaba: reinicie el ordenador.</translation>
    </message>
    <message>
        <source>{device} has fallen off the bus: restart the computer; if it happens again, look at its power cables and its temperature.</source>
        <translation>{device} se ha desconectado del bus: reinicie el ordenador; si vuelve a ocurrir, revise sus cables de alimentación y su temperatura.</translation>
    </message>
    <message>
        <source>This user may not ask the driver of {device}: let an administrator add the user to the groups video and render.</source>
        <translation>Este usuario no puede preguntar al controlador de {device}: pida a un administrador que lo añada a los grupos video y render.</translation>
    </message>
    <message>
        <source>The driver of {device} gave an unknown error: restart the computer, or install it anew: {link}</source>
        <translation>El controlador de {device} dio un error desconocido: reinicie el ordenador o instálelo de nuevo: {link}</translation>
    </message>
    <message>
        <source>The driver of {device} does not answer: restart the computer; with many GPUs, switch the driver&apos;s persistence mode on.</source>
        <translation>El controlador de {device} no responde: reinicie el ordenador; con muchas GPU, active el modo de persistencia del controlador.</translation>
    </message>
    <message>
        <source>{device} is there, but a part of this program is missing: python -m pip install nvidia-ml-py</source>
        <translation>{device} está presente, pero falta una parte de este programa: python -m pip install nvidia-ml-py</translation>
    </message>
    <message>
        <source>{device} (compute capability {capability}) is too old for every PyTorch of today, which begins at 5.0: training runs on the processor alone.</source>
        <translation>{device} (capacidad de cálculo {capability}) es demasiado antiguo para cualquier PyTorch actual, que empieza en 5.0: el entrenamiento usa solo el procesador.</translation>
    </message>
    <message>
        <source>{device} is there, but this PyTorch is built for the CPU alone. Install the CUDA build and check again: {command}</source>
        <translation>{device} está presente, pero este PyTorch está compilado solo para la CPU. Instale la versión con CUDA y repita la prueba: {command}</translation>
    </message>
    <message>
        <source>The driver of {device} knows CUDA {driver}, and PyTorch is built for {wanted}. Update the driver ({link}), or take the PyTorch that it can run: {command}</source>
        <translation>El controlador de {device} conoce CUDA {driver} y PyTorch está compilado para {wanted}. Actualice el controlador ({link}) o use el PyTorch que puede ejecutar: {command}</translation>
    </message>
    <message>
        <source>This PyTorch ({version}) holds no code for {device} (compute capability {capability}). Take a build that does: {command}</source>
        <translation>Este PyTorch ({version}) no contiene código para {device} (capacidad de cálculo {capability}). Use una versión que lo tenga: {command}</translation>
    </message>
    <message>
        <source>{device} is hidden from PyTorch by the environment variable {variable}: remove it and start again.</source>
        <translation>La variable de entorno {variable} oculta {device} a PyTorch: quítela y empiece de nuevo.</translation>
    </message>
    <message>
        <source>A first training step on {device} failed: {detail}. Restart the computer; if it fails again, install driver and PyTorch anew.</source>
        <translation>Falló un primer paso de entrenamiento en {device}: {detail}. Reinicie el ordenador; si vuelve a fallar, instale de nuevo el controlador y PyTorch.</translation>
    </message>
    <message>
        <source>There is no room for even one training step on {device} ({detail}): close what uses it and check again.</source>
        <translation>No hay sitio ni para un paso de entrenamiento en {device} ({detail}): cierre lo que lo usa y repita la prueba.</translation>
    </message>
    <message>
        <source>Only {has} of memory are free on {device}, and training needs {need} or more: close what uses it and check again.</source>
        <translation>Solo hay {has} de memoria libre en {device}, y entrenar necesita {need} o más: cierre lo que lo usa y repita la prueba.</translation>
    </message>
    <message>
        <source>PyTorch does not train on {device} ({detail}): take macOS 14 or newer, and a Python for Apple silicon.</source>
        <translation>PyTorch no entrena en {device} ({detail}): use macOS 14 o posterior y un Python para Apple silicon.</translation>
    </message>
    <message>
        <source>PyTorch has no build for {device} on Windows: training runs on the processor alone.</source>
        <translation>PyTorch no tiene versión para {device} en Windows: el entrenamiento usa solo el procesador.</translation>
    </message>
    <message>
        <source>{device} may train with a PyTorch that is built for it: {command}</source>
        <translation>{device} puede entrenar con un PyTorch compilado para él: {command}</translation>
    </message>
    <message>
        <source>{count} other programs use {device}: close them, or the training gets what they leave.</source>
        <translation>{count} programas más usan {device}: ciérrelos, o el entrenamiento tendrá lo que dejen.</translation>
    </message>
    <message>
        <source>The power supply is too weak for {device}, which slows down: use the one that came with it.</source>
        <translation>La fuente de alimentación es demasiado débil para {device}, que se frena: use la que venía con el equipo.</translation>
    </message>
    <message>
        <source>{device} was slowed down by {cause} for {percent} % of the time.</source>
        <translation>{device} estuvo frenado por {cause} el {percent} % del tiempo.</translation>
    </message>
    <message>
        <source>Other programs used {percent} % of {device} meanwhile.</source>
        <translation>Otros programas usaron mientras tanto el {percent} % de {device}.</translation>
    </message>
    <message>
        <source>Eleven years lie between the first matrix product on a graphics card and the network that made them famous.</source>
        <translation>Once años separan el primer producto de matrices en una tarjeta gráfica de la red que las hizo famosas.</translation>
    </message>
    <message>
        <source>{name} trained with other settings than {base}: {setting} {there}, not {here}.</source>
        <translation>{name} entrenó con otros ajustes que {base}: {setting} {there}, no {here}.</translation>
    </message>
    <message>
        <source>{name} is of {there}, {base} of {here}.</source>
        <translation>{name} es de {there}; {base}, de {here}.</translation>
    </message>
    <message>
        <source>affinity and cgroup quota</source>
        <translation>afinidad y cuota del cgroup</translation>
    </message>
    <message>
        <source>the system does not say</source>
        <translation>el sistema no lo dice</translation>
    </message>
    <message>
        <source>the kernel does not give it</source>
        <translation>el núcleo del sistema no lo da</translation>
    </message>
    <message>
        <source>the kernel does not list them</source>
        <translation>el núcleo del sistema no las enumera</translation>
    </message>
    <message>
        <source>the kernel does not name it</source>
        <translation>el núcleo del sistema no lo nombra</translation>
    </message>
    <message>
        <source>the kernel gives no topology</source>
        <translation>el núcleo del sistema no da la topología</translation>
    </message>
    <message>
        <source>not listed</source>
        <translation>no figura</translation>
    </message>
    <message>
        <source>the kernel has no clock control here (usual in a virtual machine)</source>
        <translation>aquí el sistema no controla la frecuencia (normal en una máquina virtual)</translation>
    </message>
    <message>
        <source>flags in /proc/cpuinfo</source>
        <translation>indicadores de /proc/cpuinfo</translation>
    </message>
    <message>
        <source>no vector unit that we know is listed</source>
        <translation>no figura ninguna unidad vectorial conocida</translation>
    </message>
    <message>
        <source>the processor&apos;s name</source>
        <translation>el nombre del procesador</translation>
    </message>
    <message>
        <source>all cores are alike, or the kernel does not tell them apart</source>
        <translation>todos los núcleos son iguales, o el sistema no los distingue</translation>
    </message>
    <message>
        <source>Apple&apos;s own processors do not tell</source>
        <translation>los procesadores de Apple no lo dicen</translation>
    </message>
    <message>
        <source>the registry does not say</source>
        <translation>el registro no lo dice</translation>
    </message>
    <message>
        <source>all cores are alike</source>
        <translation>todos los núcleos son iguales</translation>
    </message>
    <message>
        <source>Windows gives the base clock only</source>
        <translation>Windows solo da la frecuencia base</translation>
    </message>
    <message>
        <source>IsProcessorFeaturePresent, which does not tell AVX-512 BF16, VNNI or AMX</source>
        <translation>IsProcessorFeaturePresent, que no informa de AVX-512 BF16, VNNI ni AMX</translation>
    </message>
    <message>
        <source>Windows does not list them</source>
        <translation>Windows no las enumera</translation>
    </message>
    <message>
        <source>only Linux has governors</source>
        <translation>solo Linux tiene reguladores</translation>
    </message>
    <message>
        <source>macOS does not say</source>
        <translation>macOS no lo dice</translation>
    </message>
    <message>
        <source>macOS does not list them</source>
        <translation>macOS no las enumera</translation>
    </message>
    <message>
        <source>microsoft corporation virtual machine</source>
        <translation>microsoft corporation virtual machine</translation>
    </message>
    <message>
        <source>google compute engine</source>
        <translation>google compute engine</translation>
    </message>
    <message>
        <source>the flag hypervisor in /proc/cpuinfo</source>
        <translation>el indicador hypervisor de /proc/cpuinfo</translation>
    </message>
    <message>
        <source>/etc/os-release and uname</source>
        <translation>/etc/os-release y uname</translation>
    </message>
    <message>
        <source>the firmware does not say</source>
        <translation>el firmware no lo dice</translation>
    </message>
    <message>
        <source>Windows does not say</source>
        <translation>Windows no lo dice</translation>
    </message>
    <message>
        <source>this macOS does not say</source>
        <translation>este macOS no lo dice</translation>
    </message>
    <message>
        <source>no limit is set below the memory that is there</source>
        <translation>no hay límite por debajo de la memoria instalada</translation>
    </message>
    <message>
        <source>no NVIDIA GPU found</source>
        <translation>no se encontró ninguna GPU NVIDIA</translation>
    </message>
    <message>
        <source>no NVIDIA driver library found</source>
        <translation>no se encontró la biblioteca del controlador NVIDIA</translation>
    </message>
    <message>
        <source>an NVIDIA GPU is on the bus, but its driver is not installed</source>
        <translation>hay una GPU NVIDIA en el bus, pero su controlador no está instalado</translation>
    </message>
    <message>
        <source>GPU is asleep</source>
        <translation>la GPU está dormida</translation>
    </message>
    <message>
        <source>the NVIDIA driver is installed but not loaded</source>
        <translation>el controlador NVIDIA está instalado pero no cargado</translation>
    </message>
    <message>
        <source>the NVIDIA driver was updated: restart the computer</source>
        <translation>el controlador NVIDIA se actualizó: reinicie el equipo</translation>
    </message>
    <message>
        <source>the GPU has fallen off the bus: restart the computer</source>
        <translation>la GPU se ha caído del bus: reinicie el equipo</translation>
    </message>
    <message>
        <source>this user has no permission to ask the NVIDIA driver</source>
        <translation>este usuario no tiene permiso para preguntar al controlador NVIDIA</translation>
    </message>
    <message>
        <source>the NVIDIA driver did not answer within two seconds</source>
        <translation>el controlador de NVIDIA no respondió en dos segundos</translation>
    </message>
    <message>
        <source>the NVIDIA driver gave an unknown error</source>
        <translation>el controlador NVIDIA dio un error desconocido</translation>
    </message>
    <message>
        <source>the Python package nvidia-ml-py is missing</source>
        <translation>falta el paquete de Python nvidia-ml-py</translation>
    </message>
    <message>
        <source>not reported while the GPU is split (MIG)</source>
        <translation>no se informa mientras la GPU está dividida (MIG)</translation>
    </message>
    <message>
        <source>not reported inside of a virtual GPU</source>
        <translation>no se informa dentro de una GPU virtual</translation>
    </message>
    <message>
        <source>not reported in Windows&apos; Linux (WSL)</source>
        <translation>no se informa en el Linux de Windows (WSL)</translation>
    </message>
    <message>
        <source>only Windows has it</source>
        <translation>solo lo tiene Windows</translation>
    </message>
    <message>
        <source>the driver does not answer</source>
        <translation>el controlador no responde</translation>
    </message>
    <message>
        <source>NVML is not open</source>
        <translation>NVML no está abierta</translation>
    </message>
    <message>
        <source>not supported by this GPU</source>
        <translation>esta GPU no lo admite</translation>
    </message>
    <message>
        <source>no permission</source>
        <translation>sin permiso</translation>
    </message>
    <message>
        <source>the GPU did not answer in time</source>
        <translation>la GPU no respondió a tiempo</translation>
    </message>
    <message>
        <source>the driver is too old to tell</source>
        <translation>el controlador es demasiado antiguo para decirlo</translation>
    </message>
    <message>
        <source>the GPU is lost</source>
        <translation>la GPU se ha perdido</translation>
    </message>
    <message>
        <source>unknown driver error</source>
        <translation>error desconocido del controlador</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>no disponible</translation>
    </message>
    <message>
        <source>the answer is not text</source>
        <translation>la respuesta no es texto</translation>
    </message>
    <message>
        <source>the battery does not say</source>
        <translation>la batería no lo dice</translation>
    </message>
    <message>
        <source>there is no battery</source>
        <translation>no hay batería</translation>
    </message>
    <message>
        <source>no power supply is reported</source>
        <translation>no se informa de ninguna alimentación</translation>
    </message>
    <message>
        <source>the firmware offers no power modes</source>
        <translation>el firmware no ofrece modos de energía</translation>
    </message>
    <message>
        <source>Windows does not know</source>
        <translation>Windows no lo sabe</translation>
    </message>
    <message>
        <source>read on Linux only</source>
        <translation>solo se lee en Linux</translation>
    </message>
    <message>
        <source>no battery is reported</source>
        <translation>no se informa de ninguna batería</translation>
    </message>
</context>
</TS>
